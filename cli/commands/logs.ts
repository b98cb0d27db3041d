import { UserError } from "../../core/errors.js";
import { parseSize } from "../../core/size.js";
import type { CliContext } from "../context.js";
import { openLab } from "../open.js";

/** Prints the end of a machine's log, also of one that does not run: its last words are what one wants then. */
export async function logs(
  context: CliContext,
  lab: string,
  node: string,
  options: { readonly tail: string },
): Promise<number> {
  const size = parseSize(options.tail);
  if (!size.ok) {
    const { message, hint } = size;
    throw new UserError([
      { code: "cli/bad-size", severity: "error", message: `--tail: ${message}`, ...(hint ? { hint } : {}) },
    ]);
  }
  const { provisioner } = await openLab(context, lab, node, { mustRun: false });
  context.out.write(await provisioner.logs(lab, node, { tailBytes: size.value }));
  return 0;
}

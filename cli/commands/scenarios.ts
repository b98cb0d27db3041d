import { shippedWithHeads } from "../../scenarios/shipped.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { table } from "../table.js";

/** Lists the scenarios that plugfest ships, with what each shows; all of them, or those with a tag. */
export function scenarios(
  context: CliContext,
  options: { readonly tag?: string; readonly json?: boolean },
): Promise<number> {
  const shown = shippedWithHeads(options.tag);
  if (options.json) context.out.write(`${JSON.stringify(shown)}\n`);
  else {
    const rows = shown.map(({ name, tags, description }) => [name, tags.join(", "), description]);
    context.out.write(`${table(["scenario", "tags", "shows"], rows)}\n`);
  }
  return Promise.resolve(exitCode.pass);
}

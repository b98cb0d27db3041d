import type { CliContext } from "../context.js";
import { openLab } from "../open.js";

/** Runs a command on a machine of a lab and ends with its exit code. */
export async function exec(context: CliContext, lab: string, node: string, words: readonly string[]): Promise<number> {
  const { provisioner } = await openLab(context, lab, node);
  const result = await provisioner.connect(lab, node).exec(words, { signal: context.signal });
  context.out.write(result.stdout);
  context.err.write(result.stderr);
  return result.exit;
}

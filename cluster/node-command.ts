import { ToolError } from "../core/errors.js";
import type { ExecResult, Remote } from "../core/remote.js";

export type NodeCommand = (remote: Remote, argv: readonly string[], fine?: readonly number[]) => Promise<ExecResult>;

/**
 * How a file's commands are run on a node: with one limit of time, and one hint where they are refused. What ends with
 * an exit code that is not among `fine` (only 0, if not given) is a ToolError with what it said.
 */
export function nodeCommand({ timeoutMs, hint }: { readonly timeoutMs: number; readonly hint: string }): NodeCommand {
  return async (remote, argv, fine = [0]) => {
    const result = await remote.exec(argv, { timeoutMs });
    if (fine.includes(result.exit)) return result;
    const command = argv.join(" ").trim();
    throw new ToolError({
      code: "cluster/command-failed",
      message: `${remote.node} refused \`${command}\``,
      ...{ command, exit: result.exit, stderrTail: (result.stderr + result.stdout).slice(-2000), hint },
    });
  };
}

import { fullDisk, InterruptedError, ToolError, UserError } from "../core/errors.js";
import type { Failure } from "../core/errors.js";
import { formatDiagnostic } from "../core/format-diagnostic.js";
import { exitCode } from "./exit-code.js";

export interface Presented {
  readonly text: string;
  readonly exit: number;
  /** For `--json`. */
  readonly json: unknown;
}

/** Any thrown value in words, with the exit code of its sort: the user's, the environment's, the user's wish, or ours. */
export function presentError(error: unknown, options: { readonly color: boolean }): Presented {
  if (error instanceof UserError) {
    const { diagnostics } = error;
    const blocks = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, options));
    return { text: blocks.join("\n\n"), exit: exitCode.input, json: { error: "input", diagnostics } };
  }
  const failure = error instanceof ToolError ? error.failure : fullDisk(error);
  if (failure !== undefined) {
    return { text: failureText(failure), exit: exitCode.testbed, json: { error: "testbed", failure } };
  }
  if (error instanceof InterruptedError) {
    return { text: error.message, exit: exitCode.interrupted, json: { error: "interrupted" } };
  }
  if (error instanceof AggregateError) {
    const all = error.errors.map((one) => presentError(one, options));
    const text = [error.message, ...all.map((one) => one.text)].join("\n");
    return {
      text,
      exit: Math.max(exitCode.testbed, ...all.map((one) => one.exit)),
      json: { error: "several", all: all.map((one) => one.json) },
    };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const text = `plugfest met a bug of its own. Please report it with this text and the run folder:\n${stack}`;
  return { text, exit: exitCode.testbed, json: { error: "bug", stack } };
}

function failureText({ code, message, command, exit, stderrTail, logPath, hint }: Failure): string {
  const lines = [`error: ${message} [${code}]`];
  if (command !== undefined) lines.push(`  command: ${command}${exit === undefined ? "" : ` (exit ${String(exit)})`}`);
  if (stderrTail)
    lines.push(
      ...stderrTail
        .trimEnd()
        .split("\n")
        .map((line) => `  | ${line}`),
    );
  if (logPath !== undefined) lines.push(`  log: ${logPath}`);
  if (hint !== undefined) lines.push(`  what to do: ${hint}`);
  return lines.join("\n");
}

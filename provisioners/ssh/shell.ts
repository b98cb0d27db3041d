import type { FileSpec } from "../../core/remote.js";

/** How a machine's shell is told what to do, in command lines that ssh carries. */
export interface Shell {
  /** Runs a program and ends as it does. What nobody waits for any more ends by itself, where the machine can do that. */
  command(argv: readonly string[], env?: Readonly<Record<string, string>>, timeoutMs?: number): string;
  /** Writes files, from its input. */
  write(files: readonly FileSpec[]): Promise<{ readonly line: string; readonly input: string | Buffer }>;
  /** Gives a file's content to its output; its exit code is not 0 when there is none. */
  read(path: string): string;
}

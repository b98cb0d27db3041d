import type { Clock } from "../core/clock.js";

/** What a command may know of the process it runs in. Only main.ts reads `process`. */
export interface CliContext {
  readonly input: NodeJS.ReadStream;
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly clock: Clock;
  readonly version: string;
  /** Aborts with an InterruptedError on Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** What to run when the user presses Ctrl-C a second time and clean-up is cut short. */
  readonly onSecondInterrupt: (advice: string) => void;
  /** What Ctrl-C does, for views that take the keys from the terminal. */
  readonly interrupt: () => void;
  /** Has something done when the process ends, however it does; returns what takes that back. */
  readonly atExit: (work: () => void) => () => void;
}

/** A command's whole work; gives the exit code. */
export type Command = (context: CliContext) => Promise<number>;

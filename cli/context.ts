import type { Clock } from "../core/clock.js";

/** What a command may know of the process it runs in. Only main.ts reads `process`. */
export interface CliContext {
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
}

/** A command's whole work; gives the exit code. */
export type Command = (context: CliContext) => Promise<number>;

import type { Clock } from "../../core/clock.js";
import type { FileSpec } from "../../core/remote.js";

/** A program of a fake machine. Gives its exit code; an aborted `signal` means that the machine is gone. */
export type FakeProgram = (call: FakeCall) => Promise<number>;

export interface FakeCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The machine it runs on. */
  readonly machine: { readonly lab: string; readonly node: string; readonly files: ReadonlyMap<string, FileSpec> };
  /** Standard input, chunk by chunk; ends when the caller lets go of it. */
  readonly stdin: AsyncIterable<string>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Enough of coreutils to hold the fake to the same contract as real machines. */
export const basicPrograms: Readonly<Record<string, FakeProgram>> = {
  echo: ({ args, stdout }) => {
    stdout(`${args.join(" ")}\n`);
    return Promise.resolve(0);
  },
  false: () => Promise.resolve(1),
  printenv: ({ args, env, stdout }) => {
    const value = env[args[0] ?? ""];
    if (value === undefined) return Promise.resolve(1);
    stdout(`${value}\n`);
    return Promise.resolve(0);
  },
  cat: async ({ args, machine, stdin, stdout, stderr }) => {
    const [path] = args;
    if (path === undefined) {
      for await (const chunk of stdin) stdout(chunk);
      return 0;
    }
    const file = machine.files.get(path);
    if (file === undefined) {
      stderr(`cat: ${path}: No such file or directory\n`);
      return 1;
    }
    stdout(file.content.toString());
    return 0;
  },
  sleep: async ({ args, clock, signal }) => {
    await clock.sleep(Number(args[0]) * 1000, signal);
    return 0;
  },
};

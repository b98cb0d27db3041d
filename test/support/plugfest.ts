import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { asset } from "../../core/paths.js";

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program as a user's shell does, in a folder of its own. */
export async function plugfest(
  args: readonly string[],
  options: {
    cwd?: string;
    env?: Record<string, string>;
    signal?: AbortSignal;
    /** A program, with arguments, that starts it. */
    by?: readonly string[];
  } = {},
): Promise<Ran> {
  const [program = "", ...words] = [...(options.by ?? []), process.execPath, asset("bin", "plugfest"), ...args];
  const result = await execa(program, words, {
    reject: false,
    stdin: "ignore",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal, forceKillAfterDelay: false as const }),
    env: { NO_COLOR: "1", ...options.env },
  });
  return { exit: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}

/** A folder for one test, with files in it; removed when the scope ends. */
export function folder(files: Readonly<Record<string, string>> = {}): {
  readonly path: string;
  [Symbol.dispose](): void;
} {
  const path = mkdtempSync(join(tmpdir(), "plugfest-test-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return {
    path,
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

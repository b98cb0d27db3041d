import { packFiles } from "../archive.js";
import { quoted } from "../../core/quoted.js";
import type { Shell } from "./shell.js";

/** A shell of POSIX, with tar. */
export const posixShell: Shell = {
  command: (argv, env, timeoutMs) => shellLine(bounded(argv, timeoutMs), env),
  write: async (files) => ({
    // A machine that loses its power keeps what is on its disk, and no more.
    line: "umask 077; tar -x --same-permissions -C / -f - && sync",
    input: await packFiles(files),
  }),
  read: (path) => `[ -f ${quoted(path)} ] || exit 44; cat ${quoted(path)}`,
};

/** The machine's shell gets words, and gives them unchanged to the program that takes its place. */
export function shellLine(argv: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const assignments = Object.entries(env).map(([key, value]) => quoted(`${key}=${value}`));
  const words = argv.map(quoted);
  return ["exec", ...(assignments.length > 0 ? ["env", ...assignments] : []), ...words].join(" ");
}

/** What nobody waits for any more ends by itself, a second later. */
function bounded(argv: readonly string[], timeoutMs: number | undefined): readonly string[] {
  return timeoutMs === undefined ? argv : ["timeout", "--signal=KILL", String(timeoutMs / 1000 + 1), ...argv];
}

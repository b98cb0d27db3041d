import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { startTicksOf } from "../core/owner.js";

/**
 * Living processes of a program (its name begins with `program`) one of whose arguments begins with `path`: an
 * engine's own processes are known by its paths. A pid from a file may be anybody's by now.
 */
export function processesOf(program: string, path: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const [command = "", ...args] = argumentsOf(pid);
      const isProgram = basename(command).startsWith(program);
      return isProgram && args.some((arg) => arg.startsWith(path)) && startTicksOf(pid) !== undefined;
    });
}

/** Whether a process has such an argument; none has when it is gone. */
export function hasArgument(pid: number, argument: string): boolean {
  return argumentsOf(pid).includes(argument);
}

/** Empty when the process is gone or another user's. */
function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** Sends a signal; a process that is gone by now is what the sender wants. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Who made an object. A pid alone does not name a process, for pids are used again; with the process's start time and
 * the boot they belong to, they do.
 */
export interface Owner {
  readonly host: string;
  readonly bootId: string;
  readonly pid: number;
  /** Start time in clock ticks since boot: field 22 of /proc/PID/stat (proc(5)). */
  readonly startTicks: number;
}

export function ownOwner(): Owner {
  return { host: hostname(), bootId: readBootId(), pid: process.pid, startTicks: startTicksOf(process.pid) ?? 0 };
}

/**
 * `dead` when the process is surely gone, `unknown` when it lives on another host, where nobody here can tell.
 */
export function ownerState(owner: Owner): "alive" | "dead" | "unknown" {
  if (owner.host !== hostname()) return "unknown";
  if (owner.bootId !== readBootId()) return "dead";
  return startTicksOf(owner.pid) === owner.startTicks ? "alive" : "dead";
}

export function isSameOwner(a: Owner, b: Owner): boolean {
  return a.host === b.host && a.bootId === b.bootId && a.pid === b.pid && a.startTicks === b.startTicks;
}

/**
 * The start time of a living process, or undefined. A zombie no longer owns anything, unless threads of its still run:
 * what is killed is a zombie as soon as its first thread ended, and its files stay open until the last one has.
 */
export function startTicksOf(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The command, in parentheses, may itself hold spaces and parentheses: count fields after the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, threads, startTicks] = [fields[0], Number(fields[17]), Number(fields[19])];
  return state === "X" || (state === "Z" && threads <= 1) ? undefined : startTicks;
}

function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

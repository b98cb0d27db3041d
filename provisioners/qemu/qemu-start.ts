import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { startTicksOf } from "../../core/owner.js";
import type { MachineFolder } from "./machine-folder.js";

/** A process, named for good: pids are used again, but not with the same start time (field 22 of /proc/PID/stat). */
interface Start {
  readonly pid: number;
  readonly startTicks: number;
}

/** In a machine's folder. */
export const startFile = "qemu.start";

/** Keeps which process of QEMU the machine is. */
export function recordStart({ at }: MachineFolder, pid: number): void {
  writeFileSync(at(startFile), `${String(pid)} ${String(startTicksOf(pid) ?? "")}`);
}

/** To be called before another process is the machine. */
export function forgetStart({ at }: MachineFolder): void {
  rmSync(at(startFile), { force: true });
}

/** Undefined where none was kept: by an older plugfest, or one that was killed as it started the machine. */
export function readStart({ at }: MachineFolder): Start | undefined {
  try {
    const words = /^(\d+) (\d+)$/.exec(readFileSync(at(startFile), "utf8"));
    return words === null ? undefined : { pid: Number(words[1]), startTicks: Number(words[2]) };
  } catch {
    return undefined;
  }
}

import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { startTicksOf } from "../../core/owner.js";
import { poll } from "../../core/poll.js";
import { hasArgument, processesOf, sendSignal } from "../processes.js";
import type { Power } from "../provisioner.js";
import type { MachineFolder, MachineRecord } from "./machine-folder.js";
import { forgetStart, readStart, recordStart } from "./qemu-start.js";
import { qmp } from "./qmp.js";

export const qemuProgram = "qemu-system-x86_64";

/** Whose process it is. */
export type MachineName = Pick<MachineRecord, "uuid" | "node" | "lab">;

/**
 * The living process of a machine: its pid, its start time, and the machine's uuid in its command line must all be those that
 * were kept as it was started. Where no start time is, QEMU's pid file is where to look first, and the uuid is what counts;
 * one that was killed before it wrote that file is found by its uuid alone.
 */
export function processOf(folder: MachineFolder, { uuid }: MachineName): number | undefined {
  const start = readStart(folder);
  if (start !== undefined) {
    return hasArgument(start.pid, uuid) && startTicksOf(start.pid) === start.startTicks ? start.pid : undefined;
  }
  const pid = pidIn(folder.at("qemu.pid"));
  if (pid !== undefined && hasArgument(pid, uuid) && startTicksOf(pid) !== undefined) return pid;
  return processesOf(qemuProgram, uuid)[0];
}

function pidIn(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

const status = z.object({ status: z.string() });

/** Waits until QEMU has read a saved state, in which the machine stood still, and lets it go on. */
export async function goOn(folder: MachineFolder, { node }: MachineRecord, clock: Clock): Promise<void> {
  const read = async () => {
    const [answer] = await qmp(folder, node, { execute: "query-status" });
    return status.parse(answer).status === "inmigrate" ? undefined : true;
  };
  await poll(read, { clock, everyMs: 20, withinMs: 60_000 });
  await qmp(folder, node, { execute: "cont" });
}

/** Whether a machine has power, and whether it runs. */
export async function powerOf(folder: MachineFolder, record: MachineName): Promise<Power> {
  if (processOf(folder, record) === undefined) return "off";
  try {
    const [answer] = await qmp(folder, record.node, { execute: "query-status" });
    return status.parse(answer).status === "running" ? "on" : "frozen";
  } catch (error) {
    if (processOf(folder, record) === undefined) return "off";
    throw error;
  }
}

/** Why a machine with power does not run, in words: QEMU stops one whose disk this host has no room for. */
export async function whyFrozen(folder: MachineFolder, record: MachineName): Promise<string> {
  const [answer] = await qmp(folder, record.node, { execute: "query-status" });
  return frozenBy(status.parse(answer).status);
}

/** The same of a status that QEMU said (RunState of QMP). */
export function frozenBy(qemuStatus: string): string {
  return qemuStatus === "io-error"
    ? "QEMU stopped it, for this host's disk has no room for what it writes"
    : "it is frozen";
}

/**
 * Starts QEMU in a session of its own, so that it goes on by itself, and returns when it takes commands. What it says when
 * it does not start is in the error; later it is in the machine's folder. `endsWithUs`: the kernel ends it with this process.
 */
export async function startQemu(
  folder: MachineFolder,
  record: MachineName,
  args: readonly string[],
  clock: Clock,
  { endsWithUs = false } = {},
): Promise<void> {
  const log = openSync(folder.at("qemu.log"), "w");
  const [program, ...words] = [...(endsWithUs ? ["setpriv", "--pdeathsig", "KILL"] : []), qemuProgram, ...args];
  forgetStart(folder);
  const child = spawn(program ?? "", words, { cwd: folder.path, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  if (child.pid !== undefined) recordStart(folder, child.pid);
  let ended: { exit: number | undefined; code: string | undefined } | undefined;
  child.once("error", (error: NodeJS.ErrnoException) => (ended = { exit: undefined, code: error.code }));
  child.once("exit", (exit) => (ended = { exit: exit ?? undefined, code: undefined }));
  child.unref();
  const started = async () => {
    if (ended !== undefined) return "ended";
    return existsSync(folder.at("qmp.sock")) && (await answers(folder, record)) ? "answers" : undefined;
  };
  if ((await poll(started, { clock, everyMs: 20, withinMs: 60_000 })) === "answers") return;
  child.kill("SIGKILL");
  const said = existsSync(folder.at("qemu.log")) ? readFileSync(folder.at("qemu.log"), "utf8") : "";
  throw new ToolError({
    code: "machine/not-started",
    message: `QEMU did not start ${record.node} of ${record.lab}`,
    command: `${qemuProgram} ${args.join(" ")}`,
    ...(ended?.exit !== undefined && { exit: ended.exit }),
    stderrTail: said.slice(-2000),
    hint: startHint(said, ended?.code),
  });
}

async function answers(folder: MachineFolder, { node }: MachineName): Promise<boolean> {
  try {
    await qmp(folder, node);
    return true;
  } catch (error) {
    // Its socket is there a moment before it listens.
    if (error instanceof ToolError) return false;
    throw error;
  }
}

/** What to do about what QEMU said before it ended. */
export function startHint(said: string, code: string | undefined): string {
  if (code === "ENOENT") return "install qemu-system-x86, or let `plugfest doctor --fix` do it";
  if (said.includes("No space left")) return "free disk space in plugfest's state folder";
  if (said.includes("Cannot allocate memory")) return "stop other machines, or give them less memory";
  if (/(pft-|\/dev\/net\/tun).*busy/i.test(said)) {
    return "another process has the machine's tap: `plugfest gc` removes machines that were left, `fuser -v /dev/net/tun` names others";
  }
  if (/tap|tun/i.test(said)) return "a machine's links are taps on the lab's bridges: that needs root and /dev/net/tun";
  return "QEMU's own words above name the reason";
}

/**
 * Ends a machine's process at once, and returns when it is gone with all its threads: until then its taps and disks are
 * its own, and another QEMU would not get them. Its command line is gone before.
 */
export async function killQemu(folder: MachineFolder, record: MachineName, clock: Clock): Promise<void> {
  const pid = processOf(folder, record);
  if (pid === undefined) return;
  const startTicks = startTicksOf(pid);
  sendSignal(pid, "SIGKILL");
  const gone = () => Promise.resolve(startTicksOf(pid) === startTicks ? undefined : true);
  if (await poll(gone, { clock, everyMs: 20, withinMs: 10_000 })) return;
  throw new ToolError({
    code: "machine/not-ended",
    message: `the QEMU of ${record.node} (pid ${String(pid)}) does not end`,
    hint: "a process in the kernel's hands cannot be killed: the kernel's log (dmesg) tells what it waits for",
  });
}

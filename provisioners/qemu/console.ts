import { existsSync, readFileSync } from "node:fs";
import type { LogOptions } from "../provisioner.js";
import type { MachineFolder } from "./machine-folder.js";

/** What a machine's serial console has said so far. */
export function consoleText({ at }: MachineFolder): string {
  return existsSync(at("console.log")) ? readFileSync(at("console.log"), "utf8").replaceAll("\r\n", "\n") : "";
}

/**
 * Lines of the first process and its children begin with the guest's time; the kernel's own do not, and are taken to be
 * of the time of the line before.
 */
export function readConsole(text: string, createdMs: number, options: LogOptions): Buffer {
  const { sinceMs = 0, timestamps = false, tailBytes } = options;
  let atMs = createdMs;
  const ended = text.endsWith("\n") ? text.slice(0, -1) : text;
  const lines = ended.split("\n").flatMap((line) => {
    const [, stamp, said = line] = /^(\d{10}\.\d{6}) (.*)$/s.exec(line) ?? [];
    if (stamp !== undefined) atMs = Number(stamp) * 1000;
    return atMs < sinceMs ? [] : [timestamps ? `${new Date(atMs).toISOString()} ${said}` : said];
  });
  const log = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  return tailBytes === undefined ? log : log.subarray(Math.max(0, log.length - tailBytes));
}

/** The kernel's last words, where it panicked. */
export function panicIn(text: string): string | undefined {
  return /Kernel panic - not syncing: (.*)/.exec(text)?.[1];
}

/** What a machine's first process could not do without. */
export function complaintIn(text: string): string | undefined {
  return /plugfest: cannot go on: (.*)/.exec(text)?.[1];
}

/** Why a machine is off, by the last that it said: what it said before it came up for the last time is of another end. */
export function whyOff(text: string): string {
  const last = text.split(/plugfest: \S+ is up\n/).at(-1) ?? "";
  const panic = panicIn(last);
  if (panic !== undefined) return `the kernel panicked: ${panic}`;
  // Not always the very last: sshd and the kernel have words of their own about it.
  return complaintIn(last) ?? (last.includes("plugfest: power off\n") ? "it was shut down" : "its QEMU ended");
}

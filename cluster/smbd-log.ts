import type { Remote } from "../core/remote.js";
import { smbdLogPath } from "./paths.js";

/** So much of smbd's log, from its end, is read. */
const LIMIT_BYTES = 4_000_000;
const timeoutMs = 10_000;

/**
 * What smbd of a machine logged since a moment; undefined where there is no such log. smbd itself begins a new file when
 * one is full (`max log size`) and keeps one old one.
 */
export async function readSmbdLog(machine: Remote, sinceMs: number): Promise<Buffer | undefined> {
  const script = `cat ${smbdLogPath}.old ${smbdLogPath} 2>/dev/null | tail -c ${String(LIMIT_BYTES)}`;
  const { stdout } = await machine.exec(["sh", "-c", script], { timeoutMs });
  return stdout === "" ? undefined : Buffer.from(since(stdout, sinceMs));
}

/** What smbd wrote at level 0 and 1, and whether the log still has all of it. */
export interface SmbdErrors {
  readonly text: string;
  readonly complete: boolean;
}

/** Chosen on the machine, for of all that is logged this is the least part. */
const ERRORS = `
log=${smbdLogPath}
[ -e "$log" ] || exit 3
[ -e "$log.old" ] && head -n 1 "$log.old" || echo whole
cat "$log.old" "$log" 2>/dev/null | awk '/^\\[[0-9]/ { keep = ($3 ~ /^[01][],]/) } keep'`;

/**
 * What smbd of a machine logged at level 0 and 1 since a moment; undefined where there is no such log. It is not complete
 * when the log was begun anew twice since.
 */
export async function readSmbdErrors(machine: Remote, sinceMs: number): Promise<SmbdErrors | undefined> {
  const { exit, stdout } = await machine.exec(["sh", "-c", ERRORS], { timeoutMs });
  if (exit === 3) return undefined;
  const [oldest = "", ...rest] = stdout.split("\n");
  const complete = oldest === "whole" || (smbdTime(oldest) ?? Infinity) <= sinceMs;
  return { text: since(rest.join("\n"), sinceMs), complete };
}

/**
 * The moment at which an entry of smbd's log was written, from its first line, as
 * `[2026/11/24 19:45:24.432519,  1] source3/smbd/…` (debug_header in lib/util/debug.c); undefined for its other lines.
 * Nodes have no time zone: their time is UTC.
 */
export function smbdTime(line: string): number | undefined {
  const [, year, month, day, time] = /^\[(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d\.\d{3})/.exec(line) ?? [];
  return time === undefined ? undefined : Date.parse(`${year ?? ""}-${month ?? ""}-${day ?? ""}T${time}Z`);
}

function since(log: string, sinceMs: number): string {
  const lines = log.split("\n");
  const first = lines.findIndex((line) => (smbdTime(line) ?? -Infinity) >= sinceMs);
  return first < 0 ? "" : lines.slice(first).join("\n");
}

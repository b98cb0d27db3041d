import { ctdbLines } from "./log.js";
import type { LogLine } from "./log.js";
import { knownLogLines } from "./known-log-lines.js";
import type { KnownLine } from "./known-log-lines.js";
import { smbdTime } from "./smbd-log.js";

/** What CTDB writes when something is wrong; its lines have no level. */
const words =
  /\b(?:errors?|fail(?:ed|s|ure)?|failing|unable|panic|corrupt\w*|timed? ?out|timeout|could ?n(?:o|')t|cannot|can't|refus\w+|abort\w*|invalid|dead|denied|bann(?:ed|ing)|unsuccessful|crash\w*|terminat\w+|inconsistent|lost|killed|bad|core|disabling node|giving up|unexpected\w*|not (?:responding|running|found))\b/i;

/** The errors in what a node logged: everything smbd wrote at level 0 or 1, and CTDB in words of failure, but what is known. */
export function complaintsIn(log: KnownLine["log"], text: string, faults: readonly string[]): LogLine[] {
  const lines = log === "smbd" ? smbdErrors(text) : ctdbLines(text).filter(({ message }) => words.test(message));
  return lines.filter(
    ({ message }) => !knownLogLines.some((known) => known.log === log && explains(known, message, faults)),
  );
}

function explains({ pattern, after }: KnownLine, message: string, faults: readonly string[]): boolean {
  return pattern.test(message) && (after === undefined || after.some((fault) => faults.includes(fault)));
}

/** Entries of level 0 and 1: a header with time and level, and the lines below it, which are the message. */
function smbdErrors(text: string): LogLine[] {
  const entries: { readonly atMs: number; readonly level: number; readonly lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const atMs = smbdTime(line);
    const [, level] = /^\[[^\]]*,\s*(\d+)[\],]/.exec(line) ?? [];
    if (atMs !== undefined && level !== undefined) entries.push({ atMs, level: Number(level), lines: [] });
    else if (line.trim() !== "") entries.at(-1)?.lines.push(line.trim());
  }
  return entries.filter(({ level }) => level <= 1).map(({ atMs, lines }) => ({ atMs, message: lines.join(" ") }));
}

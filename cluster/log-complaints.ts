import { ctdbLines } from "./log.js";
import type { NodeRuntime } from "../topologies/spec.js";
import type { LogLine } from "./log.js";
import { knownLogLines } from "./known-log-lines.js";
import type { KnownLine } from "./known-log-lines.js";
import { smbdTime } from "./smbd-log.js";

/** What CTDB writes when something is wrong; its lines have no level. */
const words =
  /\b(?:errors?|fail(?:ed|s|ure)?|failing|unable|panic|corrupt\w*|timed? ?out|timeout|could ?n(?:o|')t|cannot|can't|refus\w+|abort\w*|invalid|dead|denied|bann(?:ed|ing)|unsuccessful|crash\w*|terminat\w+|inconsistent|lost|killed|bad|core|disabling node|giving up|unexpected\w*|not (?:responding|running|found))\b/i;

/** What a node's lines are judged by. */
export interface LoggedOn {
  /** The faults that were caused. */
  readonly faults: readonly string[];
  /** What the node is made of. */
  readonly runtime: NodeRuntime;
}

/** The errors in what a node logged: everything smbd wrote at level 0 or 1, and CTDB in words of failure, but what is known. */
export function complaintsIn(log: KnownLine["log"], text: string, on: LoggedOn): LogLine[] {
  const lines = log === "smbd" ? smbdErrors(text) : ctdbLines(text).filter(({ message }) => words.test(message));
  return lines.filter(
    ({ message }) => !knownLogLines.some((known) => known.log === log && explains(known, message, on)),
  );
}

function explains({ pattern, after, on }: KnownLine, message: string, { faults, runtime }: LoggedOn): boolean {
  const isAfter = after === undefined || after.some((fault) => faults.includes(fault));
  return pattern.test(message) && isAfter && (on === undefined || on === runtime);
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

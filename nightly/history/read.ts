import { readFileSync } from "node:fs";
import type { HistoryLine, NightFinished, NightStarted, RunRecord } from "./line.js";

/** A night with all that is known of it. */
export interface Night {
  readonly started: NightStarted;
  /** Read when they are asked for: most of a history is never looked at. */
  readonly runs: readonly RunRecord[];
  /** Undefined while it runs, and where it broke off. */
  readonly finished: NightFinished | undefined;
}

export interface History {
  /** Oldest first. */
  readonly nights: readonly Night[];
  /** Numbers of lines that cannot be read. */
  readonly damaged: readonly number[];
}

/** The history of a file, which somebody may be writing; one that does not exist is empty. */
export function readHistory(path: string): History {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { nights: [], damaged: [] };
    throw error;
  }
  return historyOf(bytes);
}

/** How a run's line begins as it is written (append.ts): its night is known without reading the rest. */
const RUN = /^\{"v":1,"type":"run","night":"([^"\\]+)",/;
const HEAD_BYTES = 100;
const CLOSE = "}".charCodeAt(0);

/** A year of nights is tens of thousands of lines: those of runs are only told apart here. */
export function historyOf(bytes: Buffer): History {
  const damaged: number[] = [];
  const nights = new Map<string, { started: NightStarted; runs: Span[]; finished?: NightFinished }>();
  // After the last end of a line there is nothing, or what is just being written, or what a killed writer left.
  for (
    let from = 0, to = bytes.indexOf(10), number = 1;
    to >= 0;
    from = to + 1, to = bytes.indexOf(10, from), number++
  ) {
    const line = lineAt(bytes, { from, to });
    const night = line === undefined ? undefined : nights.get(line.night);
    if (line?.type === "night.started") {
      const runs = night?.runs ?? [];
      nights.set(line.night, { started: line, runs });
    } else if (line === undefined || night === undefined) damaged.push(number);
    else if (line.type === "run") night.runs.push({ from, to });
    else night.finished = line;
  }
  return {
    nights: [...nights.values()].map(({ started, runs, finished }) => nightOf(bytes, started, runs, finished)),
    damaged,
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function nightOf(
  bytes: Buffer,
  started: NightStarted,
  spans: readonly Span[],
  finished: NightFinished | undefined,
): Night {
  let read: readonly RunRecord[] | undefined;
  return {
    ...{ started, finished },
    get runs() {
      read ??= runsAt(bytes, spans);
      return read;
    },
  };
}

/** A repeat that was written again stands as it was written last. */
function runsAt(bytes: Buffer, spans: readonly Span[]): RunRecord[] {
  const runs = new Map<string, RunRecord>();
  for (const { from, to } of spans) {
    const line = parsed(bytes.toString("utf8", from, to));
    if (line?.type === "run") runs.set(`${line.cell} ${String(line.repeat)}`, line);
  }
  return [...runs.values()];
}

function lineAt(bytes: Buffer, { from, to }: Span): HistoryLine | Pick<RunRecord, "type" | "night"> | undefined {
  const night = RUN.exec(bytes.toString("latin1", from, Math.min(to, from + HEAD_BYTES)))?.[1];
  if (night !== undefined && bytes[to - 1] === CLOSE) return { type: "run", night };
  return parsed(bytes.toString("utf8", from, to));
}

function parsed(text: string): HistoryLine | undefined {
  try {
    const line = JSON.parse(text) as HistoryLine | null;
    return line?.v === 1 ? line : undefined;
  } catch {
    return undefined;
  }
}

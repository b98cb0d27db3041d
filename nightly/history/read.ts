import { readFileSync } from "node:fs";
import type { HistoryLine, NightFinished, NightStarted, RunRecord } from "./line.js";

/** A night with all that is known of it. */
export interface Night {
  readonly started: NightStarted;
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
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { nights: [], damaged: [] };
    throw error;
  }
  return historyOf(text);
}

export function historyOf(text: string): History {
  const lines = text.split("\n");
  // After the last end of a line there is nothing, or what is just being written, or what a killed writer left.
  lines.pop();
  const damaged: number[] = [];
  const nights = new Map<string, { started: NightStarted; runs: Map<string, RunRecord>; finished?: NightFinished }>();
  lines.forEach((text, index) => {
    const line = parsed(text);
    if (line === undefined) {
      damaged.push(index + 1);
      return;
    }
    if (line.type === "night.started") {
      const before = nights.get(line.night);
      nights.set(line.night, { started: line, runs: before?.runs ?? new Map<string, RunRecord>() });
      return;
    }
    const night = nights.get(line.night);
    if (night === undefined) damaged.push(index + 1);
    else if (line.type === "run") night.runs.set(`${line.cell} ${String(line.repeat)}`, line);
    else night.finished = line;
  });
  return {
    nights: [...nights.values()].map(({ started, runs, finished }) => ({
      started,
      runs: [...runs.values()],
      finished,
    })),
    damaged,
  };
}

function parsed(text: string): HistoryLine | undefined {
  try {
    const line = JSON.parse(text) as HistoryLine | null;
    return line?.v === 1 ? line : undefined;
  } catch {
    return undefined;
  }
}

import { recordedPhases } from "./recorded.fixture.js";
import { nightStarted, plannedCell, runRecord } from "../history/history.fixture.js";
import type { RunRecord } from "../history/line.js";
import type { Night } from "../history/read.js";

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Drawn {
  readonly night: string;
  readonly cells: readonly string[];
  readonly repeats: number;
  /** A stall and its phases, as the records have them. */
  readonly draw: (cell: string) => readonly number[];
}

export function drawnRuns({ night, cells, repeats, draw }: Drawn): RunRecord[] {
  return cells.flatMap((cell) =>
    Array.from({ length: repeats }, (_, index) => {
      const [stallMs = 0, ...phases] = draw(cell);
      const named = Object.fromEntries(recordedPhases.map((name, at) => [name, phases[at] ?? 0]));
      return runRecord(night, { cell, repeat: index + 1, stallMs, phases: named });
    }),
  );
}

export function nightOf(night: string, runs: readonly RunRecord[]): Night {
  const cells = [...new Set(runs.map(({ cell }) => cell))].map((cell) => plannedCell(cell));
  return { started: nightStarted(night, cells), runs, finished: undefined };
}

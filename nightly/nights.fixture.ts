import { nightStarted, plannedCell, runRecord } from "./history/history.fixture.js";
import type { NightFinished, RunRecord } from "./history/line.js";
import type { Night } from "./history/read.js";
import { judgeNight } from "./judge/judge.js";

const names = ["steady", "breaks", "mends", "slows", "blind"];
const cells = names.map((cell) => plannedCell(cell, { repeats: 5 }));
const outcomes: Readonly<Record<string, readonly [RunRecord["outcome"], RunRecord["outcome"]]>> = {
  steady: ["pass", "pass"],
  breaks: ["pass", "fail"],
  mends: ["fail", "pass"],
  slows: ["pass", "pass"],
  blind: ["pass", "unknown"],
};

function night(name: string, tonight: boolean): Night {
  const runs = names.flatMap((cell) =>
    Array.from({ length: 5 }, (_, index) => {
      const outcome = outcomes[cell]?.[tonight ? 1 : 0] ?? "pass";
      const stallMs = 400 + index + (tonight && cell === "slows" ? 300 : 0);
      return runRecord(name, {
        ...{ cell, repeat: index + 1, outcome, stallMs, folder: `cells/${cell}/${String(index + 1)}`, phases: {} },
        reasons: outcome === "pass" ? [] : [`<${cell}> & co`],
        versions: { node1: tonight ? "4.25.2" : "4.25.1" },
      });
    }),
  );
  return { started: nightStarted(name, cells), runs, finished: undefined };
}

/** A night with what is said of it, by those before. */
export function judged(one: Night, before: readonly Night[], cut: string | null = null): Night {
  const judgement = judgeNight({ cells: one.started.cells, runs: one.runs, atMs: 0 }, before, []);
  const finished: NightFinished = { v: 1, type: "night.finished", night: one.started.night, atMs: 0, cut, judgement };
  return { ...one, finished };
}

/** Six nights in which the same came of every cell. */
export const before = Array.from({ length: 6 }, (_, day) =>
  judged(night(`2026-11-0${String(day + 1)}T02-00-00Z`, false), []),
);
/** The night after them: each cell has another fate. */
export const tonight = judged(night("2026-11-07T02-00-00Z", true), before);

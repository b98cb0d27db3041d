import { describe, expect, it } from "vitest";
import type { Night } from "../history/read.js";
import { compareNight } from "./compare.js";
import { recordedFailovers } from "./recorded.fixture.js";
import { drawing, drawnRuns, nightOf } from "./sim.fixture.js";

const recorded = Object.entries(recordedFailovers);

/** Draws from what was recorded; `planted` milliseconds are added to the takeover, `times` is the machine's pace. */
function drawer(rows: readonly (readonly number[])[], seed: number) {
  const next = drawing(seed);
  return {
    next,
    draw: ({ planted = 0, times = 1 } = {}) => {
      const row = rows[Math.floor(next() * rows.length)] ?? [];
      // The stall and, after the release, the takeover.
      return row.map((ms, at) => ms * times + (at === 0 || at === 2 ? planted : 0));
    },
  };
}

/** So many nights of one cell that is always the same, on a machine whose pace differs from night to night by `pace`. */
function* nightsOf(rows: readonly (readonly number[])[], of: { nights: number; repeats: number; pace?: number }) {
  const { next, draw } = drawer(rows, of.repeats);
  for (let nth = 0; nth < of.nights; nth++) {
    const times = 1 + (of.pace ?? 0) * (2 * next() - 1);
    yield drawnRuns({ night: `n${String(nth)}`, cells: ["one"], repeats: of.repeats, draw: () => draw({ times }) });
  }
}

describe.each(recorded)("of failovers that were recorded (%s)", { timeout: 60_000 }, (_name, rows) => {
  it("100 cells held to themselves in one night raise no more than one alarm", () => {
    const { draw } = drawer(rows, 1);
    const cells = Array.from({ length: 100 }, (_, index) => `cell-${String(index)}`);
    const night = (nth: number) => drawnRuns({ night: `n${String(nth)}`, cells, repeats: 5, draw: () => draw() });
    const before = Array.from({ length: 12 }, (_, nth) => nightOf(`n${String(nth)}`, night(nth)));
    const { changes, compared } = compareNight(night(12), before);
    expect(compared).toBeGreaterThanOrEqual(100);
    expect(new Set(changes.map(({ cell }) => cell)).size).toBeLessThanOrEqual(1);
  });

  it.each([
    ["always as fast", 0],
    ["10 % faster or slower from night to night", 0.1],
  ])("100 nights of a cell on a machine that is %s raise no more than one alarm", (_machine, pace) => {
    const before: Night[] = [];
    let alarms = 0;
    for (const runs of nightsOf(rows, { nights: 112, repeats: 5, pace })) {
      if (before.length >= 12 && compareNight(runs, before).changes.length > 0) alarms++;
      before.push(nightOf("night", runs));
    }
    expect(alarms).toBeLessThanOrEqual(1);
  });

  it.each([1, 5, 10])("300 ms that are planted are found within 10 repeats, %i a night", (repeats) => {
    const { draw } = drawer(rows, repeats + 50);
    const attempts = 20;
    let found = 0;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const night = (planted: number) =>
        drawnRuns({ night: "night", cells: ["one"], repeats, draw: () => draw({ planted }) });
      const nights = Array.from({ length: 60 / repeats }, () => nightOf("before", night(0)));
      for (let run = repeats; run <= 10; run += repeats) {
        const slow = night(300);
        const { changes } = compareNight(slow, nights);
        const said = changes.map(({ change: { measure, direction } }) => `${measure} ${direction}`);
        if (said.includes("takeover slower") || said.includes("stall slower")) {
          found++;
          break;
        }
        nights.push(nightOf("slow", slow));
      }
    }
    expect(found).toBeGreaterThanOrEqual(0.95 * attempts);
  });
});

describe("a change", () => {
  const steady = [400, 160, 0, 0, 0, 0, 0, 0, 0];
  const jittered = (plus: number) => (index: number) => steady.map((ms) => (ms === 0 ? 0 : ms + plus + (index % 7)));
  const night = (plus: number, repeats = 5) => {
    let index = 0;
    return drawnRuns({ night: "n", cells: ["one"], repeats, draw: () => jittered(plus)(index++) });
  };
  const calm = Array.from({ length: 6 }, () => nightOf("n", night(0)));

  it("says how much, from what to what, and how sure that is", () => {
    const { changes } = compareNight(night(300), calm);
    const stall = changes.find(({ change }) => change.measure === "stall")?.change;
    expect(stall).toMatchObject({ direction: "slower", before: 30, after: 5, delta: 1 });
    expect(stall?.shiftMs).toBeGreaterThan(295);
    expect(stall?.p).toBeLessThan(0.0025);
    expect(compareNight(night(-200), calm).changes[0]?.change.direction).toBe("faster");
  });

  it("is none where it is too small to matter, however sure", () => {
    expect(compareNight(night(15), calm).changes).toEqual([]);
  });

  it("is none without enough runs before, or of another definition", () => {
    expect(compareNight(night(300), calm.slice(0, 2))).toEqual({ changes: [], compared: 0 });
    const other = calm.map((one) => ({ ...one, runs: one.runs.map((run) => ({ ...run, definition: "other" })) }));
    expect(compareNight(night(300), other).compared).toBe(0);
  });

  it("is none of runs that had other labs beside them to such that had not", () => {
    const beside = night(300).map((run) => ({ ...run, parallel: 2 }));
    expect(compareNight(beside, calm).compared).toBe(0);
    const busy = calm.map((one) => ({ ...one, runs: one.runs.map((run) => ({ ...run, parallel: 2 })) }));
    expect(compareNight(beside, busy).changes).not.toEqual([]);
  });

  it("of what was not measured there is none", () => {
    const blind = night(300).map((run) => ({ ...run, stallMs: null, phases: {} }));
    expect(compareNight(blind, calm)).toEqual({ changes: [], compared: 0 });
  });

  it("is told night after night, and not learnt, until it has been so for seven nights", () => {
    const nights: Night[] = [...calm];
    const told: boolean[] = [];
    for (let nth = 0; nth < 10; nth++) {
      const runs = night(300);
      const { changes } = compareNight(runs, nights);
      told.push(changes.length > 0);
      const cell = {
        cell: "one",
        status: "pass",
        outcome: "pass",
        passed: 5,
        failed: 0,
        unknown: 0,
        reason: "",
      } as const;
      const judgement = {
        cells: [{ ...cell, changes: changes.map(({ change }) => change) }],
        remarks: [],
        compared: 2,
      };
      const finished = { v: 1, type: "night.finished", night: "n", atMs: 0, cut: null, judgement } as const;
      nights.push({ ...nightOf("n", runs), finished });
    }
    expect(told).toEqual([true, true, true, true, true, true, true, false, false, false]);
  });
});

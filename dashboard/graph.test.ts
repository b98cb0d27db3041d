import { describe, expect, it } from "vitest";
import { graphOf } from "./graph.js";
import type { History } from "./state/state.js";

const text = (history: History, nowMs: number, running: boolean, width = 10, height = 2) =>
  graphOf(history, { width, height, nowMs, running }).rows.map((row) => row.map(({ text: part }) => part).join(""));

/** 1 MB each 100 ms for a second, nothing for one second, then as before. */
const stalled: History = {
  samples: [
    ...Array.from({ length: 11 }, (_, at) => ({ atMs: at * 100, done: at * 1e6 })),
    ...Array.from({ length: 11 }, (_, at) => ({ atMs: 2000 + at * 100, done: 10e6 + at * 1e6 })),
  ],
  stalls: [{ fromMs: 1000, toMs: 2000 }],
  stalledFromMs: undefined,
};

describe("the graph of a copy", () => {
  it("shades a stall on its whole height, and draws dots before and after it", () => {
    const [above = "", below = ""] = text(stalled, 3000, false, 12);
    expect(below).toMatch(/^[⠁-⣿]{4}▒{4}[⠁-⣿]{4}$/);
    expect(above).toMatch(/^[⠁-⣿]{4}▒{4}[⠁-⣿]{4}$/);
  });

  it("shades a stall that goes on until now", () => {
    const now: History = { samples: stalled.samples.slice(0, 11), stalls: [], stalledFromMs: 1000 };
    const [, below = ""] = text(now, 10_000, true, 20);
    expect(below).toMatch(/^[⠁-⣿]▒{9} {10}$/);
  });

  it("is not made flat by a burst", () => {
    const steady = Array.from({ length: 100 }, (_, at) => ({ atMs: at * 100, done: at * 1e6 }));
    const burst = { atMs: 9910, done: 99e6 + 50e6 };
    const { top } = graphOf(
      { samples: [...steady, burst], stalls: [], stalledFromMs: undefined },
      { width: 30, height: 2, nowMs: 9910, running: false },
    );
    expect(top).toBeLessThan(20e6);
    expect(top).toBeGreaterThan(10e6);
  });

  it("is blank where nothing is known yet", () => {
    expect(text({ samples: [], stalls: [], stalledFromMs: undefined }, 0, true)).toEqual([
      " ".repeat(10),
      " ".repeat(10),
    ]);
  });
});

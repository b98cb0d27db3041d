import { describe, expect, it } from "vitest";
import { percentOf, ticks } from "./scale.js";

describe("the scale of a picture", () => {
  it("puts moments outside on the edge", () => {
    const window = { fromMs: 1000, toMs: 3000 };
    expect([0, 1000, 1500, 3000, 9000].map((ms) => percentOf(window, ms))).toEqual([0, 0, 25, 100, 100]);
    expect(percentOf({ fromMs: 5, toMs: 5 }, 5)).toBe(0);
  });

  it("is marked with a few round numbers", () => {
    expect(ticks(0, 610, 4)).toEqual([0, 200, 400, 600]);
    expect(ticks(14.4, 16.3, 4)).toEqual([14.5, 15, 15.5, 16]);
    expect(ticks(0.1, 0.34, 4)).toEqual([0.1, 0.2, 0.3]);
    expect(ticks(5, 5, 4)).toEqual([]);
  });
});

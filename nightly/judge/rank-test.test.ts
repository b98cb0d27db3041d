import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectOf, median } from "./effect.js";
import { holm } from "./holm.js";
import { mannWhitney } from "./rank-test.js";

describe("the Mann–Whitney test gives what books and other programs give", () => {
  it("Hollander and Wolfe (1973), page 69: permeability of the human chorioamnion; R: W = 35, p = 0.2544", () => {
    const atTerm = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    const { u, p } = mannWhitney(early, atTerm);
    expect(u).toBe(35);
    expect(p).toBeCloseTo(0.2544, 4);
    expect(effectOf(early, atTerm).shift).toBeCloseTo(0.305, 6);
  });

  it("the example of scipy.stats.mannwhitneyu: U = 17, p = 1/9", () => {
    const { u, p } = mannWhitney([20, 11, 17, 12], [19, 22, 16, 29, 24]);
    expect(u).toBe(17);
    expect(p).toBeCloseTo(1 / 9, 12);
  });

  it("with ties and samples of 26, R's airquality, May and August: W = 127.5, p = 0.0001208", () => {
    const may = [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37];
    const august = [
      39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85,
    ];
    const { u, p } = mannWhitney(august, may);
    expect(u).toBe(127.5);
    // R's is the normal approximation; the exact distribution, which is used here, is near it.
    expect(p).toBeGreaterThan(0.00006);
    expect(p).toBeLessThan(0.00014);
  });

  it("counts all ways to choose, ties included", () => {
    const sample = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sample, sample, (before, after) => {
        expect(mannWhitney(before, after).p).toBeCloseTo(byEnumeration(before, after), 10);
      }),
    );
  });

  it("is near the exact distribution where samples are large", () => {
    const before = Array.from({ length: 300 }, (_, index) => (index * 7919) % 1009);
    const after = Array.from({ length: 300 }, (_, index) => ((index * 104729) % 1009) + 60);
    const { p } = mannWhitney(before, after);
    expect(p).toBeGreaterThan(0.0005);
    expect(p).toBeLessThan(0.2);
    expect(mannWhitney(after, before).p).toBeCloseTo(p, 12);
  });

  it("says nothing of nothing, and of what is all equal", () => {
    expect(mannWhitney([], [1, 2]).p).toBe(1);
    expect(mannWhitney([3, 3, 3], [3, 3]).p).toBe(1);
  });
});

/** The two-sided probability by trying every choice. */
function byEnumeration(before: readonly number[], after: readonly number[]): number {
  const all = [...before, ...after];
  const uOf = (chosen: readonly number[], others: readonly number[]) =>
    chosen.flatMap((one) => others.map((other) => (one > other ? 1 : one === other ? 0.5 : 0))).reduce(sum, 0);
  const found: number[] = [];
  for (let mask = 0; mask < 2 ** all.length; mask++) {
    const chosen = all.filter((_, index) => (mask >> index) % 2 === 1);
    if (chosen.length !== after.length) continue;
    found.push(
      uOf(
        chosen,
        all.filter((_, index) => (mask >> index) % 2 === 0),
      ),
    );
  }
  const u = uOf(after, before);
  const share = (isThere: (one: number) => boolean) => found.filter(isThere).length / found.length;
  return Math.min(
    1,
    2 *
      Math.min(
        share((one) => one <= u),
        share((one) => one >= u),
      ),
  );
}

const sum = (total: number, one: number) => total + one;

describe("effects and corrections", () => {
  it("Cliff's delta is what U says, in another scale", () => {
    const before = [1, 2, 3, 4];
    const after = [3, 4, 5];
    expect(effectOf(before, after).delta).toBeCloseTo((2 * mannWhitney(before, after).u) / 12 - 1, 12);
    expect(effectOf([1, 2], [5, 6])).toEqual({ shift: 4, delta: 1 });
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("Holm's own correction: the smallest of n counts n times, the next n - 1 times, in order", () => {
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(4)))).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

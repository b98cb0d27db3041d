import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shrink } from "./shrink.js";
import type { Tried } from "./shrink.js";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const needs = (needed: readonly number[]) => (items: readonly number[]) => needed.every((one) => items.includes(one));
const sure =
  (fails: (items: readonly number[]) => boolean) =>
  (items: readonly number[]): Promise<Tried> =>
    Promise.resolve(fails(items) ? "fail" : "pass");

/** Any condition that more items cannot end: some sets of which one must be whole. */
const causes = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.tuple(
      fc.constant(numbers(count)),
      fc.array(fc.subarray(numbers(count), { maxLength: Math.min(4, count) }), { minLength: 1, maxLength: 3 }),
    ),
  );

describe("shrinking", () => {
  it("finds the two of eight that matter, wherever they are, in few runs", async () => {
    let most = 0;
    for (let a = 0; a < 8; a++) {
      for (let b = a + 1; b < 8; b++) {
        const { items, minimal, runs } = await shrink(numbers(8), sure(needs([a, b])), { limit: 100 });
        expect({ items, minimal }).toEqual({ items: [a, b], minimal: true });
        most = Math.max(most, runs);
      }
    }
    expect(most).toBeLessThanOrEqual(14);
  });

  it("finds that nothing is needed", async () => {
    expect(await shrink(numbers(8), sure(needs([])), { limit: 100 })).toMatchObject({ items: [], minimal: true });
    expect(await shrink([], sure(needs([])), { limit: 100 })).toMatchObject({ items: [], minimal: true });
  });

  it("ends with what fails and passes with any one item less", async () => {
    await fc.assert(
      fc.asyncProperty(causes, async ([items, sets]) => {
        const fails = (some: readonly number[]) => sets.some((needed) => needs(needed)(some));
        const shrunk = await shrink(items, sure(fails), { limit: 1000 });
        expect(fails(shrunk.items ?? [])).toBe(true);
        expect(shrunk.minimal).toBe(true);
        for (const one of shrunk.items ?? [])
          expect(fails((shrunk.items ?? []).filter((other) => other !== one))).toBe(false);
      }),
    );
  });

  it("never gives what was not seen to fail, nor runs more than it may, whatever the oracle answers", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 8 }),
        fc.infiniteStream(fc.constantFrom<Tried>("fail", "pass", "unknown")),
        fc.integer({ min: 0, max: 30 }),
        async (count, answers, limit) => {
          const failed = new Set<string>();
          let asked = 0;
          const told: number[][] = [];
          const oracle = (items: readonly number[]) => {
            asked++;
            const answer = answers.next().value as Tried;
            if (answer === "fail") failed.add(items.join());
            return Promise.resolve(answer);
          };
          const { items, runs } = await shrink(numbers(count), oracle, {
            limit,
            onFailed: (some) => told.push([...some]),
          });
          expect(runs).toBe(asked);
          expect(runs).toBeLessThanOrEqual(limit);
          if (items !== undefined) {
            expect(failed).toContain(items.join());
            expect(told.at(-1)).toEqual(items);
          }
        },
      ),
    );
  });

  it("asks twice where the answer is unknown, and takes what stays unknown for a pass", async () => {
    const asked: string[] = [];
    const oracle = (items: readonly number[]): Promise<Tried> => {
      asked.push(items.join());
      return Promise.resolve(items.length === 2 ? "fail" : "unknown");
    };
    const shrunk = await shrink([0, 1], oracle, { limit: 100 });
    expect(shrunk).toEqual({ items: [0, 1], minimal: false, runs: 5 });
    expect(asked).toEqual(["0,1", "1", "1", "0", "0"]);
  });

  it("gives the whole a second chance, and gives up when it passes again", async () => {
    const flaky = (answers: Tried[]) => () => Promise.resolve(answers.shift() ?? "pass");
    expect(await shrink([0], flaky(["pass", "fail"]), { limit: 9 })).toMatchObject({ items: [0], minimal: true });
    expect(await shrink([0], flaky(["unknown", "pass"]), { limit: 9 })).toEqual({
      items: undefined,
      minimal: false,
      runs: 2,
    });
  });

  it("gives the best so far when there are no runs left", async () => {
    const { items, minimal, runs } = await shrink(numbers(8), sure(needs([6, 7])), { limit: 2 });
    expect({ items, minimal, runs }).toEqual({ items: [4, 5, 6, 7], minimal: false, runs: 2 });
  });
});

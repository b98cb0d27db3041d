import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, suggest, suggestHint } from "./suggest.js";

describe("the edit distance", () => {
  test.each([
    ["memry", "memory", 1],
    ["nodse", "nodes", 1],
    ["kitten", "sitting", 3],
    ["", "abc", 3],
    ["same", "same", 0],
  ])("from %j to %j is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  test("is symmetric, zero only for equal words, and no longer than the longer word", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe("a suggestion", () => {
  test("is the nearest candidate", () => {
    expect(suggest("memry", ["disk", "memory"])).toBe("memory");
  });
  test("is made across letter case", () => {
    expect(suggest("Durable", ["persistent", "durable"])).toBe("durable");
  });
  test("is not made for three edits", () => {
    expect(suggest("mmr", ["memory"])).toBeUndefined();
  });
  test("is not made when the whole candidate would be replaced", () => {
    expect(suggest("b", ["a"])).toBeUndefined();
  });
  test("becomes a list of what is known when nothing is near", () => {
    expect(suggestHint("qemu", ["docker"])).toBe("known: docker");
    expect(suggestHint("dcker", ["docker"])).toBe('did you mean "docker"?');
    expect(suggestHint("x", [])).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { durationRangeText } from "./duration-range.js";

const said = (text: unknown) => durationRangeText.safeParse(text).error?.issues.map(({ message }) => message);

describe("a range of durations", () => {
  it.each([
    ["3s..8s", { least: 3000, most: 8000 }],
    ["250ms .. 1.5s", { least: 250, most: 1500 }],
    ["5s", { least: 5000, most: 5000 }],
    ["2s..2s", { least: 2000, most: 2000 }],
  ])("%s", (text, range) => {
    expect(durationRangeText.parse(text)).toEqual(range);
  });

  it.each([
    ["8s..3s", '"8s..3s" ends before it begins'],
    ["3..8s", 'a duration needs a unit, got the text "3"'],
    ["3s..", 'expected a duration such as "5s", got the text ""'],
    ["1s..2s..3s", 'expected two durations such as "3s..8s", got the text "1s..2s..3s"'],
    [3, 'expected two durations such as "3s..8s"'],
  ])("is not %s", (text, message) => {
    expect(said(text)).toEqual([message]);
  });
});

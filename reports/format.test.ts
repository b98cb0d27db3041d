import { expect, it } from "vitest";
import { formatRate } from "./format.js";

it("a rate tells a slow copy from one that stands still", () => {
  const perSecond = (bytes: number) => formatRate(bytes, 1000);
  expect([0, 250_000, 2_340_000, 187_400_000].map(perSecond)).toEqual(["0 MB/s", "0.25 MB/s", "2.3 MB/s", "187 MB/s"]);
  expect(formatRate(1, 0)).toBe("");
});

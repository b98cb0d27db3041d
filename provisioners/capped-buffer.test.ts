import { expect, test } from "vitest";
import { CappedBuffer } from "./capped-buffer.js";

test("output beyond the limit is cut", () => {
  const buffer = new CappedBuffer(5);
  for (const text of ["abc", "def", "ghi"]) buffer.push(Buffer.from(text));
  expect(buffer.toString()).toBe("abcde");
});

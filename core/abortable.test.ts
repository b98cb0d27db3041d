import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { abortable } from "./abortable.js";

const forever = new Promise<never>(() => undefined);

it("is over as soon as the signal aborts, be it from the start", async () => {
  const late = new AbortController();
  const waiting = abortable(forever, late.signal);
  late.abort(new Error("given up"));
  await expect(waiting).rejects.toThrow("given up");
  await expect(abortable(forever, late.signal)).rejects.toThrow("given up");
});

it("gives what the work gives, and leaves nothing on the signal", async () => {
  const { signal } = new AbortController();
  expect(await abortable(Promise.resolve(1), signal)).toBe(1);
  await expect(abortable(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  expect(await abortable(Promise.resolve(2), undefined)).toBe(2);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

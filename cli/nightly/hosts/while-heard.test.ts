import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import type { Clock } from "../../../core/clock.js";
import { systemClock } from "../../../core/clock.js";
import { SIGN_MS, whileHeard } from "./while-heard.js";

/** A clock on which no time passes until `pass` is called. */
function stoodStill(): Clock & { readonly pass: () => void; readonly asked: number[] } {
  const asked: number[] = [];
  let wake: () => void = () => undefined;
  return {
    ...{ now: () => 0, asked },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        asked.push(ms);
        wake = resolve;
        signal?.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      }),
    pass: () => {
      wake();
    },
  };
}

async function allOf(lines: AsyncIterable<string>): Promise<string[]> {
  const given: string[] = [];
  for await (const line of lines) given.push(line);
  return given;
}

it("gives lines until they end, and none that are signs of life", async () => {
  const input = new PassThrough();
  const lines = whileHeard(createInterface({ input }), systemClock);
  const given = allOf(lines);
  input.write("one\n\n\ntwo\n");
  input.end();
  expect(await given).toEqual(["one", "two"]);
});

it("ends when nothing comes for longer than four signs of life take", async () => {
  const input = new PassThrough();
  const clock = stoodStill();
  const lines = whileHeard(createInterface({ input }), clock);
  const first = lines.next();
  input.write("one\n");
  expect(await first).toEqual({ done: false, value: "one" });
  const next = lines.next();
  clock.pass();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(new Set(clock.asked)).toEqual(new Set([4 * SIGN_MS]));
});

it("waits anew with every sign of life", async () => {
  const input = new PassThrough();
  const clock = stoodStill();
  const lines = whileHeard(createInterface({ input }), clock);
  const next = lines.next();
  input.write("\n\n");
  input.write("two\n");
  expect(await next).toEqual({ done: false, value: "two" });
  expect(clock.asked.length).toBe(3);
});

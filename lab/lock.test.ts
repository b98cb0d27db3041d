import { expect, test } from "vitest";
import type { ToolError } from "../core/errors.js";
import { isBusy, withLabLock } from "./lock.js";

test("a second command on the same lab is refused, with the first one's pid", async () => {
  let release: () => void = () => undefined;
  let begun: () => void = () => undefined;
  const working = new Promise<void>((resolve) => (begun = resolve));
  const first = withLabLock("lock-test", undefined, () => {
    begun();
    return new Promise<string>((resolve) => {
      release = () => {
        resolve("first");
      };
    });
  });
  await working;
  const error = await withLabLock("lock-test", undefined, () => Promise.resolve("second")).catch((e: unknown) => e);
  expect(isBusy(error)).toBe(true);
  expect((error as ToolError).message).toContain(`process ${String(process.pid)}`);
  expect(await withLabLock("lock-test-other", undefined, () => Promise.resolve("other"))).toBe("other");
  release();
  expect(await first).toBe("first");
  expect(await withLabLock("lock-test", undefined, () => Promise.resolve("second"))).toBe("second");
});

test("the lock is let go of when the work fails", async () => {
  const failing = withLabLock("lock-test", undefined, () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(await withLabLock("lock-test", undefined, () => Promise.resolve("next"))).toBe("next");
});

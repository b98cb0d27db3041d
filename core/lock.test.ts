import { expect, it } from "vitest";
import { withLock } from "./lock.js";
import { isSameOwner, ownOwner, type Owner } from "./owner.js";

/** A promise and what resolves it. */
function gate() {
  let resolveOpened: (() => void) | undefined;
  const opened = new Promise<void>((resolve) => {
    resolveOpened = resolve;
  });
  return { opened, open: () => resolveOpened?.() };
}

it("lets one in at a time, tells waiters who holds it, and lets the next in when the holder is done", async () => {
  const name = `test/${crypto.randomUUID()}`;
  const order: string[] = [];
  const entered = gate();
  const finish = gate();
  const second = gate();
  const holder = withLock(name, {}, async () => {
    entered.open();
    await finish.opened;
    order.push("first");
  });
  await entered.opened;
  const waited = new Promise<Owner | undefined>((resolve) => {
    void withLock(name, { onWait: resolve }, () => Promise.resolve(order.push("second"))).then(second.open);
  });
  const seen = await waited;
  expect(seen && isSameOwner(seen, ownOwner())).toBe(true);
  finish.open();
  await holder;
  await second.opened;
  expect(order).toEqual(["first", "second"]);
});
it("is let go of when the work fails", async () => {
  const name = `test/${crypto.randomUUID()}`;
  await expect(withLock(name, {}, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  await expect(withLock(name, {}, () => Promise.resolve("again"))).resolves.toBe("again");
});

it("stops waiting with the signal's reason", async () => {
  const name = `test/${crypto.randomUUID()}`;
  const entered = gate();
  const finish = gate();
  const holder = withLock(name, {}, async () => {
    entered.open();
    await finish.opened;
  });
  await entered.opened;
  const cancel = new AbortController();
  const onWait = () => {
    cancel.abort(new Error("enough"));
  };
  await expect(withLock(name, { signal: cancel.signal, onWait }, () => Promise.resolve())).rejects.toThrow("enough");
  finish.open();
  await holder;
});

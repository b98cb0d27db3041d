import { expect, test } from "vitest";
import type { TransferOutcome } from "../clients/client.js";
import { InterruptedError } from "../core/errors.js";
import { finishedOrStopped } from "./finished-or-stopped.js";

const ended: TransferOutcome = { ok: false, stage: "stop", status: "", message: "stopped" };

/** A transfer whose program ends when it is told to, or never. */
function transfer(ends: boolean) {
  let end: (outcome: TransferOutcome) => void = () => undefined;
  const finished = new Promise<TransferOutcome>((resolve) => (end = resolve));
  const stop = () => {
    if (ends) end(ended);
  };
  return { finished, stop, release: () => undefined };
}

test("a transfer that nobody wants any more is stopped, and its end awaited", async () => {
  const abort = new AbortController();
  const waiting = finishedOrStopped(transfer(true), abort.signal);
  abort.abort();
  expect(await waiting).toBe(ended);
  expect(await finishedOrStopped(transfer(true), abort.signal)).toBe(ended);
});

test("one whose program hangs in the kernel is not waited for", async () => {
  const abort = new AbortController();
  const waiting = finishedOrStopped(transfer(false), abort.signal, 1);
  abort.abort(new InterruptedError("SIGTERM"));
  await expect(waiting).rejects.toThrow("interrupted by SIGTERM");
});

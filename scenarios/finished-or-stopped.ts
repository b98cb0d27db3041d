import type { Transfer, TransferOutcome } from "../clients/client.js";
import { deadline } from "../core/clock.js";

/** A program that is told to stop ends within 2 s; one that waits in the kernel, for a server that is gone, may never. */
const endsWithinMs = 15_000;

/**
 * The end of a transfer, which is asked to stop as soon as the signal aborts: nobody waits for a copy nobody wants, nor for
 * long for a program that does not end.
 */
export async function finishedOrStopped(
  transfer: Transfer,
  signal: AbortSignal,
  withinMs = endsWithinMs,
): Promise<TransferOutcome> {
  let stop: () => void = () => undefined;
  const givenUp = new Promise<never>((_resolve, reject) => {
    stop = () => {
      transfer.stop();
      deadline(withinMs).addEventListener("abort", () => {
        reject(signal.reason as Error);
      });
    };
  });
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([transfer.finished, givenUp]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

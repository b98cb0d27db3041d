import type { Transfer, TransferOutcome } from "../clients/client.js";

/** The end of a transfer, which is asked to stop as soon as the signal aborts: nobody waits for a copy nobody wants. */
export async function finishedOrStopped(transfer: Transfer, signal: AbortSignal): Promise<TransferOutcome> {
  const stop = () => {
    transfer.stop();
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await transfer.finished;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

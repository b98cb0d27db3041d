import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { joinSignals } from "../../core/join-signals.js";
import { formatMs } from "../../reports/format.js";

/** Does work under a signal that aborts when it takes too long, so that one run that hangs does not cost the night. */
export async function watched<T>(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const over = new AbortController();
  const watch = clock.sleep(limitMs, over.signal).then(
    () => {
      const message = `the run was ended after ${formatMs(limitMs)}`;
      const hint = "look at where its events stop; `watchdog` in the nightly says how long a run may take";
      late.abort(new ToolError({ code: "nightly/watchdog", message, hint }));
    },
    () => undefined,
  );
  using either = joinSignals(signal, late.signal);
  try {
    return await work(either.signal);
  } finally {
    over.abort(new Error("the run is over"));
    await watch;
  }
}

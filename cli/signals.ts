import { InterruptedError } from "../core/errors.js";
import type { Clock } from "../core/clock.js";

/** npm and shells send the same Ctrl-C twice within moments: what comes that soon is not a second wish. */
const DUPLICATE_MS = 500;

export interface Interrupts {
  readonly signal: AbortSignal;
  /** Says what a second Ctrl-C prints before the process ends at once. */
  setAdvice(advice: string): void;
  /** As a Ctrl-C does. */
  interrupt(): void;
}

/**
 * The first Ctrl-C or SIGTERM aborts the signal, and everything cleans up. The second ends the process with exit code
 * 130 after printing what would clean up later.
 */
export function watchInterrupts(host: NodeJS.Process, clock: Clock): Interrupts {
  const controller = new AbortController();
  let firstMs: number | undefined;
  let advice = "plugfest gc";
  const onSignal = (name: NodeJS.Signals) => {
    if (firstMs === undefined) {
      firstMs = clock.now();
      host.stderr.write(`\n${name}: cleaning up; once more to stop at once\n`);
      controller.abort(new InterruptedError(name));
    } else if (clock.now() - firstMs > DUPLICATE_MS) {
      host.stderr.write(`\nstopped before everything was cleaned up; what remains is removed by: ${advice}\n`);
      host.exit(130);
    }
  };
  host.on("SIGINT", onSignal);
  host.on("SIGTERM", onSignal);
  host.on("SIGHUP", onSignal);
  return {
    signal: controller.signal,
    setAdvice: (text) => {
      advice = text;
    },
    interrupt: () => {
      onSignal("SIGINT");
    },
  };
}

/**
 * Time, passed in. Only this file touches the system's timers, so that tests drive time instead of waiting for it.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, with sub-millisecond fractions: comparable with timestamps of containers. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(asError(signal.reason));
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(asError(signal?.reason));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

/** A clock for tests: `sleep` returns at once and moves the time on by what was asked. */
export function fakeClock(startMs = 0): Clock & { advance(ms: number): void } {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      nowMs += ms;
      await Promise.resolve();
      signal?.throwIfAborted();
    },
  };
}

/** A signal that aborts after `ms`. For cleaning up, which needs a deadline of its own. */
export function deadline(ms: number): AbortSignal {
  return AbortSignal.timeout(ms);
}

/** As `deadline`, for what is done often and mostly in time: its timer goes when it is disposed of. */
export function timeLimit(ms: number): Disposable & { readonly signal: AbortSignal } {
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort(new DOMException(`not within ${String(ms)} ms`, "TimeoutError"));
  }, ms).unref();
  return {
    signal: over.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
    },
  };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

import type { Clock } from "./clock.js";

export interface PollOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly withinMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks `probe` until it gives a value other than `undefined`, at most for `withinMs`.
 * Returns `undefined` when time is up: the caller knows what that means and says it.
 */
export async function poll<T>(
  probe: (attempt: number) => Promise<T | undefined>,
  { clock, everyMs, withinMs, signal }: PollOptions,
): Promise<T | undefined> {
  const deadlineMs = clock.now() + withinMs;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const value = await probe(attempt);
    if (value !== undefined) return value;
    const leftMs = deadlineMs - clock.now();
    if (leftMs <= 0) return undefined;
    await clock.sleep(Math.min(everyMs, leftMs), signal);
  }
}

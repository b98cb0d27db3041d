/** A signal that aborts with the first of several, with that one's reason, until it is disposed of. */
export interface JoinedSignal extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Joins signals for a piece of work. Each signal made by AbortSignal.any stays known to its sources for as long as they
 * live, and one with a listener left stays whole (Node 20): with the signal of a run as a source, every command of the run
 * would. What is joined here leaves nothing in its sources once it is disposed of.
 */
export function joinSignals(...sources: readonly (AbortSignal | undefined)[]): JoinedSignal {
  const first = new AbortController();
  const leave: (() => void)[] = [];
  const dispose = () => {
    for (const one of leave.splice(0)) one();
  };
  for (const source of sources) {
    if (source === undefined) continue;
    const onAbort = () => {
      dispose();
      first.abort(source.reason);
    };
    if (source.aborted) {
      onAbort();
      break;
    }
    source.addEventListener("abort", onAbort, { once: true });
    leave.push(() => {
      source.removeEventListener("abort", onAbort);
    });
  }
  return { signal: first.signal, [Symbol.dispose]: dispose };
}

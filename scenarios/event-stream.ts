import type { EventBody } from "../core/event.js";

interface Waiting {
  readonly matches: (event: EventBody) => boolean;
  readonly resolve: () => void;
}

/** The events of a run as they happen, for steps that wait for one. */
export class EventStream {
  readonly #waiting = new Set<Waiting>();

  push(event: EventBody): void {
    for (const one of this.#waiting) if (one.matches(event)) one.resolve();
  }

  /** Resolves with true at the next event that matches, and with false when the signal aborts before one does. */
  next(matches: (event: EventBody) => boolean, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (came: boolean) => {
        this.#waiting.delete(one);
        signal.removeEventListener("abort", gone);
        resolve(came);
      };
      const gone = () => {
        end(false);
      };
      const one: Waiting = {
        matches,
        resolve: () => {
          end(true);
        },
      };
      this.#waiting.add(one);
      signal.addEventListener("abort", gone);
    });
  }
}

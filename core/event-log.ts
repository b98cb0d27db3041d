import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "./clock.js";
import { ToolError } from "./errors.js";
import type { Event, EventBody } from "./event.js";

export type Emit = (body: EventBody) => void;
export type Subscriber = (event: Event) => void;

/**
 * Appends events to a file, then shows them to subscribers. A subscriber that throws is detached and remembered: a
 * broken view must neither stop a run nor go unnoticed.
 */
export class EventLog {
  readonly #clock: Clock;
  readonly #path: string | undefined;
  readonly #fd: number | undefined;
  readonly #lost = new AbortController();
  readonly #subscribers = new Set<Subscriber>();
  readonly #broken: unknown[] = [];
  #seq = 0;

  /** Without a path, events only reach subscribers: for commands that leave no run behind. */
  constructor(clock: Clock, path?: string) {
    this.#clock = clock;
    this.#path = path;
    if (path !== undefined) {
      mkdirSync(dirname(path), { recursive: true });
      this.#fd = openSync(path, "a");
    }
  }

  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  readonly emit: Emit = (body) => {
    const event: Event = { v: 1, seq: this.#seq++, atMs: this.#clock.now(), ...body };
    this.#append(event);
    for (const subscriber of [...this.#subscribers]) {
      try {
        subscriber(event);
      } catch (error) {
        this.#subscribers.delete(subscriber);
        this.#broken.push(error);
      }
    }
  };

  /**
   * Aborts with a ToolError once the file cannot be written, as on a full disk. `emit` itself never throws, for events
   * come up in the midst of clean-up as well; whoever needs a whole record works under this signal.
   */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  #append(event: Event): void {
    if (this.#fd === undefined || this.#lost.signal.aborted) return;
    try {
      // Unlike writeSync, this does not stop at what a nearly full disk takes of a line.
      appendFileSync(this.#fd, `${JSON.stringify(event)}\n`);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `the event log ${this.#path ?? ""} cannot be written: ${why}`;
      const hint = "free some space or give another place with --runs <folder>";
      this.#lost.abort(new ToolError({ code: "run/not-recorded", message, hint }, { cause }));
    }
  }

  /** What subscribers threw; the caller reports it when the run is over. */
  get broken(): readonly unknown[] {
    return this.#broken;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

/** Reads a log back. A last line that a killed process left half written is dropped. */
export function readEvents(path: string): Event[] {
  const lines = readFileSync(path, "utf8").split("\n");
  const torn = lines.pop();
  const events = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Event);
  if (torn === undefined || torn === "") return events;
  try {
    events.push(JSON.parse(torn) as Event);
  } catch {
    // Half a line is all that a killed writer leaves behind; everything before it is whole.
  }
  return events;
}

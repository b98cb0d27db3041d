import type { CopyEvent, EventBody, RdmaCarried, TransferResult } from "../core/event.js";
import type { Payload } from "../clients/client.js";
import type { Observed } from "./evidence/observed.js";

/** What is known of one copy while it runs and afterwards: the part of the event log that later steps ask about. */
export class CopyRun {
  readonly id: string;
  readonly client: string;
  readonly share: string;
  readonly path: string;
  /** Where the file is when all is done. */
  readonly finalPath: string;
  /** What the file holds: this workload's own, or what an earlier one wrote where this one only reads. */
  payload: Payload;
  /** The address the client is, or was last, connected to. */
  address: string | undefined;
  acked = 0;
  state: "running" | "finished" | "failed" = "running";
  result: TransferResult | undefined;
  /**
   * The events of the put itself, in order: evidence is drawn from these. Of the reports of progress, which have no end in
   * a long copy, there is the one with the longest gap.
   */
  readonly events: CopyEvent[] = [];
  /** What was seen of it from all sides, once it has ended. */
  observed: Observed | undefined;
  /** Where the file was read back from, and what was found there. */
  readonly readBacks = new Map<string, TransferResult | { readonly failed: string }>();
  /** What went over the links of its client and server meanwhile, where both have RDMA. */
  carried: RdmaCarried | undefined;
  #slowest: Extract<CopyEvent, { type: "copy.progress" }> | undefined;
  readonly #conditions = new Set<() => void>();
  readonly #waiting = new Map<string, (reached: boolean) => void>();
  readonly #reached = new Set<string>();
  readonly #over = new AbortController();

  constructor(of: { id: string; client: string; share: string; path: string; finalPath?: string; payload: Payload }) {
    this.id = of.id;
    this.client = of.client;
    this.share = of.share;
    this.path = of.path;
    this.finalPath = of.finalPath ?? of.path;
    this.payload = of.payload;
  }

  /** Follows the client's events; events of other copies and other sorts are none of its business. */
  observe(event: EventBody): void {
    if (!isCopyEvent(event) || event.copy !== this.id) return;
    this.#keep(event);
    switch (event.type) {
      case "copy.connected":
      case "copy.session":
      case "copy.resumed":
        this.address = event.address;
        return;
      case "copy.progress":
        this.acked = event.acked;
        return;
      case "copy.mark":
        this.acked = event.acked;
        this.#reached.add(event.id);
        this.#waiting.get(event.id)?.(true);
        return;
      default:
    }
  }

  #keep(event: CopyEvent): void {
    if (event.type === "copy.progress") {
      if (this.#slowest !== undefined && event.longestGapMs <= this.#slowest.longestGapMs) return;
      if (this.#slowest !== undefined) this.events.splice(this.events.indexOf(this.#slowest), 1);
      this.#slowest = event;
    }
    this.events.push(event);
    for (const tryAgain of this.#conditions) tryAgain();
  }

  /** Resolves with true once its events fulfil a condition, with false when it ended without that. */
  until(fulfilled: (events: readonly CopyEvent[]) => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const tryAgain = () => {
        const now = fulfilled(this.events);
        if (!now && this.state === "running") return;
        this.#conditions.delete(tryAgain);
        resolve(now);
      };
      this.#conditions.add(tryAgain);
      tryAgain();
    });
  }

  /** Resolves with true once the mark's byte is acknowledged, with false when the copy ended before that. */
  reached(mark: string): Promise<boolean> {
    if (this.#reached.has(mark)) return Promise.resolve(true);
    if (this.state !== "running") return Promise.resolve(false);
    return new Promise((resolve) => this.#waiting.set(mark, resolve));
  }

  /** Aborts when the copy ends, however it does. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  end(state: "finished" | "failed", result?: TransferResult): void {
    this.state = state;
    this.result = result;
    if (result !== undefined) this.acked = result.bytes;
    for (const resolve of this.#waiting.values()) resolve(false);
    this.#over.abort();
    for (const tryAgain of this.#conditions) tryAgain();
  }

  /** Lets go of what was seen of a copy that has ended; its address and payload stay, for later steps may name it. */
  forget(): void {
    if (this.state === "running") return;
    this.events.length = 0;
    this.#slowest = undefined;
    this.observed = undefined;
    this.carried = undefined;
    this.readBacks.clear();
  }
}

function isCopyEvent(event: EventBody): event is CopyEvent {
  return event.type.startsWith("copy.");
}

import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../core/clock.js";
import type { Emit } from "../core/event-log.js";
import type { AptSource } from "./apt-sources.js";

/** At most so often a line of output becomes an event; the file has them all. */
const progressEveryMs = 250;

/** The output of one build: whole in a file, its pulse as events, its end in memory for the error message. */
export class BuildLog {
  readonly image: string;
  readonly path: string;
  readonly #emit: Emit;
  readonly #clock: Clock;
  #tail: string[] = [];
  #saidMs = -Infinity;

  constructor(image: string, path: string, emit: Emit, clock: Clock) {
    this.image = image;
    this.path = path;
    this.#emit = emit;
    this.#clock = clock;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }

  line(text: string): void {
    appendFileSync(this.path, `${text}\n`);
    this.#tail = [...this.#tail.slice(-199), text];
    const nowMs = this.#clock.now();
    if (text.trim() === "" || nowMs - this.#saidMs < progressEveryMs) return;
    this.#saidMs = nowMs;
    this.#emit({ type: "image.progress", image: this.image, line: text });
  }

  /** The last lines, at most 200. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  /** Says which suites' expiry is no longer checked, and what still is. */
  expired(before: readonly AptSource[], after: readonly AptSource[]): void {
    const suites = after.filter((source, index) => source.checkValidUntil !== before[index]?.checkValidUntil);
    const text =
      `the mirror's Release file of ${suites.map(({ suite }) => suite).join(", ")} is past its Valid-Until, ` +
      "as on a snapshot: going on without that check; signatures are verified as ever";
    this.line(text);
    this.#emit({ type: "note", level: "warning", text });
  }
}

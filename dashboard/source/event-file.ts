import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import type { Event } from "../../core/event.js";

const CHUNK = 1 << 16;

/** Reads an event log that another process appends to: each time what has come since. A line that is not whole yet waits. */
export class EventFile {
  readonly #path: string;
  #fd: number | undefined;
  #offset = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  read(): Event[] {
    if (this.#fd === undefined) {
      if (!existsSync(this.#path)) return [];
      this.#fd = openSync(this.#path, "r");
    }
    const parts: Buffer[] = [this.#rest];
    while (this.#offset < fstatSync(this.#fd).size) {
      const chunk = Buffer.alloc(CHUNK);
      const got = readSync(this.#fd, chunk, 0, CHUNK, this.#offset);
      if (got === 0) break;
      this.#offset += got;
      parts.push(chunk.subarray(0, got));
    }
    if (parts.length === 1) return [];
    const bytes = Buffer.concat(parts);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    this.#rest = bytes.subarray(whole);
    const lines = bytes.subarray(0, whole).toString("utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Event);
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

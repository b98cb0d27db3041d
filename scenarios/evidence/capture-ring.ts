import { createWriteStream } from "node:fs";
import type { WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { Failure } from "../../core/errors.js";
import { PcapSplitter } from "./pcap.js";

/** Files of one capture that are kept. */
const KEPT = 2;

/**
 * Writes a stream of pcap to files, none longer than a limit: `<base>.pcap`, then `<base>.1.pcap` and so on, each a
 * whole capture of its own. Only the newest two are kept, so that a long run does not fill the disk.
 */
export class CaptureRing {
  readonly #base: string;
  readonly #limitBytes: number;
  readonly #splitter = new PcapSplitter();
  readonly #files: { readonly path: string; readonly closed: Promise<void> }[] = [];
  #out: WriteStream | undefined;
  #inFile = 0;
  #made = 0;
  #failure: Failure | undefined;
  #removals: Promise<void> = Promise.resolve();
  /** All bytes that were captured, those of files removed since included. */
  bytes = 0;
  frames = 0;
  /** Files that were removed to make room. */
  discarded = 0;

  constructor(base: string, limitBytes: number) {
    this.#base = base;
    this.#limitBytes = limitBytes;
  }

  /** The files that are kept, oldest first. */
  get files(): readonly string[] {
    return this.#files.map(({ path }) => path);
  }

  push(chunk: Buffer): void {
    const records = this.#splitter.push(chunk, "raw");
    const header = this.#splitter.header;
    if (header === undefined) return;
    this.#out ??= this.#open(header);
    for (const { bytes } of records) {
      if (this.#inFile + bytes.length > this.#limitBytes && this.#inFile > header.length) {
        this.#out.end();
        this.#out = this.#open(header);
      }
      this.#out.write(bytes);
      this.#inFile += bytes.length;
      this.bytes += bytes.length;
      this.frames += 1;
    }
  }

  /** Ends the last file. Resolves with what went wrong with the stream or the disk, if anything did. */
  async end(): Promise<Failure | undefined> {
    const problem = this.#splitter.end();
    this.#out?.end();
    await Promise.all(this.#files.map(({ closed }) => closed));
    await this.#removals;
    return this.#failure ?? problem;
  }

  #open(header: Buffer): WriteStream {
    const number = this.#made++;
    const path = number === 0 ? `${this.#base}.pcap` : `${this.#base}.${String(number)}.pcap`;
    const out = createWriteStream(path, { flags: "w", mode: 0o644 });
    out.on("error", (error) => {
      this.#failure ??= {
        code: "capture/write",
        message: `cannot write ${path}: ${error.message}`,
        hint: "is the run folder's disk full?",
      };
    });
    const closed = new Promise<void>((resolve) => out.once("close", resolve));
    out.write(header);
    this.#inFile = header.length;
    this.bytes += header.length;
    this.#files.push({ path, closed });
    if (this.#files.length > KEPT) {
      const oldest = this.#files.shift();
      this.discarded += 1;
      // Not before it is written: a stream makes its file a moment after it was told to.
      if (oldest !== undefined) this.#removals = this.#removals.then(() => removeOnce(oldest));
    }
    return out;
  }
}

async function removeOnce({ path, closed }: { readonly path: string; readonly closed: Promise<void> }): Promise<void> {
  await closed;
  await rm(path, { force: true });
}

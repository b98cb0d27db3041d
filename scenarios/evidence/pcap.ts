import { createReadStream } from "node:fs";
import type { Failure } from "../../core/errors.js";

/** One captured frame: when, how long it was on the wire, and as much of it as was kept. */
export interface PcapRecord {
  readonly atMs: number;
  readonly wireLength: number;
  readonly bytes: Buffer;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 1;
/** Larger than any frame a capture can hold; a longer record means that this is not a capture. */
const LONGEST_RECORD = 1 << 20;

/** The first four bytes as a big-endian number: byte order and resolution of the timestamps. */
const MAGICS: ReadonlyMap<number, { readonly little: boolean; readonly perMs: number }> = new Map([
  [0xa1b2c3d4, { little: false, perMs: 1_000 }],
  [0xd4c3b2a1, { little: true, perMs: 1_000 }],
  [0xa1b23c4d, { little: false, perMs: 1_000_000 }],
  [0x4d3cb2a1, { little: true, perMs: 1_000_000 }],
]);

/**
 * Cuts a stream in the classic pcap format (draft-ietf-opsawg-pcap) into records, whatever the chunks it comes in.
 * Foreign or broken input is a Failure in `problem`, and nothing is read beyond it.
 */
export class PcapSplitter {
  /** The file header, once it has been read. */
  header: Buffer | undefined;
  /** Why nothing more is read. */
  problem: Failure | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #format: { readonly little: boolean; readonly perMs: number } | undefined;

  /** The records completed by this chunk. With `raw`, their bytes include the 16-byte record header. */
  push(chunk: Buffer, raw: "raw" | "frames" = "frames"): PcapRecord[] {
    const records: PcapRecord[] = [];
    if (this.problem !== undefined) return records;
    const buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    if (this.#format === undefined) {
      if (buffer.length >= 4 && !MAGICS.has(buffer.readUInt32BE(0)))
        return this.#foreign("it does not begin like a pcap file");
      if (buffer.length < FILE_HEADER) {
        this.#rest = buffer;
        return records;
      }
      this.#format = MAGICS.get(buffer.readUInt32BE(0));
      this.header = Buffer.from(buffer.subarray(0, FILE_HEADER));
      const linkType = this.#number(buffer, 20) & 0x0fffffff;
      if (linkType !== ETHERNET) return this.#foreign(`its link type is ${String(linkType)}, not Ethernet`);
      at = FILE_HEADER;
    }
    const perMs = this.#format?.perMs ?? 1;
    while (buffer.length - at >= RECORD_HEADER) {
      const kept = this.#number(buffer, at + 8);
      const wireLength = this.#number(buffer, at + 12);
      const fraction = this.#number(buffer, at + 4) / perMs;
      if (kept > LONGEST_RECORD || kept > wireLength || fraction >= 1_000) {
        this.#foreign("a record's header makes no sense");
        return records;
      }
      const end = at + RECORD_HEADER + kept;
      if (end > buffer.length) break;
      const bytes = buffer.subarray(raw === "raw" ? at : at + RECORD_HEADER, end);
      records.push({ atMs: this.#number(buffer, at) * 1_000 + fraction, wireLength, bytes });
      at = end;
    }
    this.#rest = buffer.subarray(at);
    return records;
  }

  /** Says that the stream is over; a record that was begun and not ended is a Failure. */
  end(): Failure | undefined {
    if (this.problem !== undefined) return this.problem;
    if (this.#format === undefined) {
      this.problem = { code: "capture/empty", message: "the capture holds not even a file header" };
    } else if (this.#rest.length > 0) {
      this.problem = { code: "capture/truncated", message: "the capture breaks off in the middle of a frame" };
    }
    return this.problem;
  }

  #number(buffer: Buffer, at: number): number {
    return this.#format?.little === true ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at);
  }

  #foreign(why: string): PcapRecord[] {
    this.problem = { code: "capture/foreign", message: `this is not a capture that can be read: ${why}` };
    return [];
  }
}

/** Reads a pcap file record by record, in bounded memory. Resolves with what was wrong with it, if anything was. */
export async function readPcap(path: string, see: (record: PcapRecord) => void): Promise<Failure | undefined> {
  const splitter = new PcapSplitter();
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      for (const record of splitter.push(chunk as Buffer)) see(record);
      if (splitter.problem !== undefined) break;
    }
  } catch (error) {
    return {
      code: "capture/unreadable",
      message: `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  return splitter.end();
}

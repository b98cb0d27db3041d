/** Gathers chunks up to a limit, and drops what comes after. */
export class CappedBuffer {
  readonly #chunks: Buffer[] = [];
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  push(chunk: Buffer): void {
    const kept = chunk.subarray(0, this.#limitBytes - this.#bytes);
    if (kept.length === 0) return;
    this.#bytes += kept.length;
    this.#chunks.push(kept);
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  toString(): string {
    return this.toBuffer().toString("utf8");
  }
}

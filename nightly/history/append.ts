import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { ToolError } from "../../core/errors.js";
import type { HistoryLine } from "./line.js";

/**
 * The history, open for its one writer. A line is on the disk when `append` returns, or the file is as it was before: a
 * killed process leaves at most half a line at the end, which readers skip and the next writer takes away.
 */
export class HistoryWriter {
  readonly #path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.#path = path;
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#fd = openSync(path, "a+");
      dropTorn(this.#fd);
    } catch (cause) {
      throw notWritten(path, cause);
    }
  }

  append(line: HistoryLine): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const before = fstatSync(this.#fd).size;
    try {
      const written = writeSync(this.#fd, bytes);
      if (written < bytes.length) throw new Error("no space is left for a whole line");
      fsyncSync(this.#fd);
    } catch (cause) {
      takeBack(this.#fd, before);
      throw notWritten(this.#path, cause);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** A file that is no regular one, such as a pipe, keeps what it got. */
function takeBack(fd: number, size: number): void {
  try {
    ftruncateSync(fd, size);
  } catch {
    // Then half a line stays, as after a kill.
  }
}

/** Takes away what comes after the last end of a line. */
function dropTorn(fd: number): void {
  const { size } = fstatSync(fd);
  const piece = Buffer.alloc(65_536);
  for (let end = size; end > 0;) {
    const from = Math.max(0, end - piece.length);
    const read = readSync(fd, piece, 0, end - from, from);
    const at = piece.subarray(0, read).lastIndexOf("\n");
    if (at >= 0) {
      if (from + at + 1 < size) ftruncateSync(fd, from + at + 1);
      return;
    }
    end = from;
  }
  if (size > 0) ftruncateSync(fd, 0);
}

function notWritten(path: string, cause: unknown): ToolError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `the history ${path} cannot be written: ${why}`;
  const hint = "free some space and start again: what was run already is not run a second time";
  return new ToolError({ code: "nightly/history-not-written", message, hint }, { cause });
}

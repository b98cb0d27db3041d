import { Writable } from "node:stream";
import { changedLines } from "./changed-lines.js";

/** xterm's synchronized output: the terminal shows what is between these at once. Those that do not know it ignore it. */
const BEGIN = "\u001B[?2026h";
const END = "\u001B[?2026l";

export interface Screen {
  /** What ink writes whole frames to. */
  readonly stream: NodeJS.WriteStream;
  /** Nothing of the last frame stands on the terminal any more. */
  forget(): void;
}

/**
 * Puts frames on a terminal: of each only the lines that are other than they were, at their places, so that nothing
 * flickers and nothing ever scrolls. ink's own incremental rendering (6.8) moves the cursor one line too few when the
 * output ends in a newline, and without one it clears the whole screen.
 */
export function screenOn(out: NodeJS.WriteStream): Screen {
  let shown: readonly string[] = [];
  const draw = (frame: string) => {
    const lines = frame.split("\n").slice(0, out.rows);
    const changes = changedLines(shown, lines);
    shown = lines;
    if (changes !== "") out.write(BEGIN + changes + END);
  };
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      if (chunk.length > 0) draw(chunk.toString());
      done();
    },
  });
  const size = { get: () => out.columns };
  Object.defineProperties(stream, { columns: size, rows: { get: () => out.rows }, isTTY: { value: false } });
  return {
    // ink asks a stream for no more than this: to write, and its width.
    stream: stream as unknown as NodeJS.WriteStream,
    forget: () => {
      shown = [];
    },
  };
}

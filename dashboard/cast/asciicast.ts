import { changedLines } from "../changed-lines.js";
import type { Size } from "../layout.js";
import type { CastFrame } from "./frames.js";

/** A recording as asciinema plays it: asciicast v2, a header and one line per output (docs.asciinema.org). */
export function asciicast(
  frames: readonly CastFrame[],
  { size, title, startedMs }: { readonly size: Size; readonly title: string; readonly startedMs: number },
): string {
  const header = {
    ...{ version: 2, width: size.columns, height: size.rows, timestamp: Math.floor(startedMs / 1000), title },
    env: { TERM: "xterm-256color" },
  };
  let shown: readonly string[] = [];
  const outputs = frames.map(({ atMs, text }) => {
    const lines = text.split("\n");
    const begin = shown.length === 0 ? "\u001B[?25l\u001B[H\u001B[2J" : "";
    const output = begin + changedLines(shown, lines);
    shown = lines;
    return JSON.stringify([atMs / 1000, "o", output]);
  });
  return [JSON.stringify(header), ...outputs, ""].join("\n");
}

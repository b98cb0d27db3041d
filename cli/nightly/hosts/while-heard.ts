import type { Clock } from "../../../core/clock.js";

/** How often a night gives a sign of life to its other hosts, and how long one waits for it: an empty line is one. */
export const SIGN_MS = 15_000;
const SILENT_MS = 4 * SIGN_MS;

/**
 * The lines of a night, but for signs of life, until they end; or until there was none for so long that the night's machine is
 * gone, or the way to it. That a cable was pulled, a connection itself tells after hours.
 */
export async function* whileHeard(lines: AsyncIterable<string>, clock: Clock): AsyncGenerator<string, void> {
  const all = lines[Symbol.asyncIterator]();
  for (;;) {
    const heard = new AbortController();
    const silence = clock.sleep(SILENT_MS, heard.signal).then(
      () => undefined,
      () => undefined,
    );
    const next = await Promise.race([all.next(), silence]);
    heard.abort(new Error("a line came"));
    if (next === undefined || next.done === true) return;
    if (next.value !== "") yield next.value;
  }
}

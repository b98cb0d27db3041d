import type { Sample } from "./story.js";
import type { Window } from "./scale.js";

/** No curve has more points than this, however long the run. */
export const MAX_POINTS = 600;
/** A bin is not shorter than a client's reports are apart, or the curve would show their rhythm instead of the speed. */
const MIN_BIN_MS = 100;

/** Mean bytes per second over `fromMs` to `toMs`. */
export interface Rate extends Window {
  readonly rate: number;
}

/**
 * Speed over time, in at most MAX_POINTS bins. The edges of gaps are edges of bins, so that a gap is as long in the
 * picture as it was. One acknowledgement between two gaps is no peak, though: what came in a shorter time than MIN_BIN_MS
 * is taken to have needed that. Between two samples bytes are taken to have come evenly. Nothing is said of the time before the
 * first and after the last sample.
 */
export function ratesOf(samples: readonly Sample[], { fromMs, toMs }: Window, gaps: readonly Window[] = []): Rate[] {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return [];
  const begin = Math.max(fromMs, first.atMs);
  const end = Math.min(toMs, last.atMs);
  if (end <= begin) return [];
  const inner = gaps.flatMap((gap) => [gap.fromMs, gap.toMs]).filter((ms) => ms > begin && ms < end);
  const edges = [...new Set([begin, ...inner.slice(0, MAX_POINTS / 2), end])].sort((a, b) => a - b);
  const budget = (MAX_POINTS - edges.length) / (end - begin);
  const ackedAt = interpolation(samples);
  return edges.slice(1).flatMap((edge, index) => {
    const start = edges[index] ?? begin;
    const length = edge - start;
    const bins = Math.max(1, Math.floor(Math.min(length / MIN_BIN_MS, length * budget)));
    return Array.from({ length: bins }, (_, bin) => {
      const from = start + (length * bin) / bins;
      const to = start + (length * (bin + 1)) / bins;
      const before = ackedAt(from);
      return { fromMs: from, toMs: to, rate: ((ackedAt(to) - before) * 1000) / Math.max(MIN_BIN_MS, to - from) };
    });
  });
}

/** Bytes acknowledged at a moment; to be asked for moments in ascending order. */
function interpolation(samples: readonly Sample[]): (ms: number) => number {
  let at = 0;
  return (ms) => {
    while (at < samples.length - 2 && (samples[at + 1]?.atMs ?? Infinity) < ms) at++;
    const before = samples[at];
    const after = samples[at + 1] ?? before;
    if (before === undefined || after === undefined) return 0;
    const share = after.atMs > before.atMs ? (ms - before.atMs) / (after.atMs - before.atMs) : 1;
    return before.acked + (after.acked - before.acked) * Math.min(1, Math.max(0, share));
  };
}

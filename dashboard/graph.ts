import type { History, Sample, Span } from "./state/state.js";
import { KEPT_MS } from "./state/histories.js";

/** A row of a graph, in pieces that look alike. */
export type GraphRow = readonly { readonly text: string; readonly is: "rate" | "stall" | "nothing" }[];

export interface Graph {
  /** From the top. */
  readonly rows: readonly GraphRow[];
  /** Bytes per second that the highest dot stands for; what is faster is cut there. */
  readonly top: number;
  readonly spanMs: number;
}

/** Spans that a graph of a running copy has, so that its scale does not slide all the time. */
const SPANS_MS = [20_000, 60_000, 120_000, KEPT_MS];

/** Dots of a Braille cell from the bottom: left column, right column. */
const LEFT = [0x40, 0x04, 0x02, 0x01];
const RIGHT = [0x80, 0x20, 0x10, 0x08];
const SHADE = "▒";

/** Speed over time as dots, with stalls shaded on their whole height. Ends at `nowMs` while the copy runs. */
export function graphOf(
  history: History,
  { width, height, nowMs, running }: { width: number; height: number; nowMs: number; running: boolean },
): Graph {
  const first = history.samples[0];
  const last = history.samples.at(-1);
  const endMs = Math.max(running ? nowMs : 0, last?.atMs ?? nowMs);
  const beganMs = first?.atMs ?? endMs;
  const age = Math.max(1, endMs - beganMs);
  const spanMs = running ? (SPANS_MS.find((span) => span >= age) ?? KEPT_MS) : Math.min(age, KEPT_MS);
  const fromMs = Math.max(beganMs, endMs - spanMs);
  const dotMs = spanMs / (width * 2);
  const rates = dotRates(history.samples, fromMs, dotMs, width * 2);
  const stalls = stallsUntil(history, endMs);
  const top = topOf(rates);
  const rows = Array.from({ length: height }, (_, row) =>
    merged(
      Array.from({ length: width }, (_, cell) => {
        const cellFromMs = fromMs + cell * 2 * dotMs;
        const base = (height - 1 - row) * 4;
        const bits =
          dots(rates[cell * 2] ?? 0, top, height, base, LEFT) |
          dots(rates[cell * 2 + 1] ?? 0, top, height, base, RIGHT);
        if (bits !== 0) return { text: String.fromCharCode(0x2800 + bits), is: "rate" as const };
        return within(stalls, cellFromMs, cellFromMs + 2 * dotMs)
          ? { text: SHADE, is: "stall" as const }
          : { text: " ", is: "nothing" as const };
      }),
    ),
  );
  return { rows, top, spanMs };
}

/** After a stall a client sends what it had ready, for moments at many times its speed: that is no scale for the rest. */
function topOf(rates: readonly number[]): number {
  const some = rates.filter((rate) => rate > 0).sort((a, b) => a - b);
  return Math.max(1, 1.15 * (some[Math.floor(some.length * 0.95)] ?? 1));
}

function stallsUntil(history: History, endMs: number): readonly Span[] {
  const { stalls, stalledFromMs } = history;
  return stalledFromMs === undefined ? stalls : [...stalls, { fromMs: stalledFromMs, toMs: endMs }];
}

/** A cell is shaded when most of it is stall, or all of a stall lies in it. */
function within(stalls: readonly Span[], fromMs: number, toMs: number): boolean {
  return stalls.some((stall) => {
    const covered = Math.min(toMs, stall.toMs) - Math.max(fromMs, stall.fromMs);
    return covered > 0 && (covered * 2 >= toMs - fromMs || (stall.fromMs >= fromMs && stall.toMs <= toMs));
  });
}

/** The dots of one column in a cell that begins `base` dots above the ground. Whatever is more than nothing has a dot. */
function dots(rate: number, top: number, height: number, base: number, column: readonly number[]): number {
  const up = rate <= 0 ? 0 : Math.max(1, Math.round((rate / top) * height * 4));
  return column.reduce((bits, bit, index) => (up > base + index ? bits | bit : bits), 0);
}

/** Mean bytes per second of each dot's time; between two samples bytes are taken to have come evenly. */
function dotRates(samples: readonly Sample[], fromMs: number, dotMs: number, count: number): number[] {
  const doneAt = interpolation(samples);
  let before = doneAt(fromMs);
  return Array.from({ length: count }, (_, dot) => {
    const now = doneAt(fromMs + (dot + 1) * dotMs);
    const rate = ((now - before) * 1000) / dotMs;
    before = now;
    return Math.max(0, rate);
  });
}

/** Bytes at a moment; to be asked in ascending order. After the last sample nothing more is known to have come. */
function interpolation(samples: readonly Sample[]): (ms: number) => number {
  let at = 0;
  return (ms) => {
    while (at < samples.length - 1 && (samples[at + 1]?.atMs ?? Infinity) <= ms) at++;
    const before = samples[at];
    const after = samples[at + 1];
    if (before === undefined) return 0;
    if (after === undefined || ms <= before.atMs) return before.done;
    return before.done + ((after.done - before.done) * (ms - before.atMs)) / (after.atMs - before.atMs);
  };
}

function merged(cells: readonly GraphRow[number][]): GraphRow {
  const row: { text: string; is: GraphRow[number]["is"] }[] = [];
  for (const { text, is } of cells) {
    const last = row.at(-1);
    if (last?.is === is) last.text += text;
    else row.push({ text, is });
  }
  return row;
}

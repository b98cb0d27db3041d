import { formatMs } from "../format.js";
import { bounded, sinceStart, text } from "./markup.js";
import { ratesOf } from "./rates.js";
import { percentOf, ticks } from "./scale.js";
import type { Window } from "./scale.js";
import type { CopyStory, Span, Stall } from "./story.js";

const TOP = 34;
const HEIGHT = 150;
const PHASES_TOP = TOP + HEIGHT + 4;
const PHASES_HEIGHT = 20;
/** A phase narrower than this has no room for its number. */
const MIN_NUMBERED_PERCENT = 3;
/** So many stalls are drawn in one picture; of faults, twice as many. */
const MAX_DRAWN = 40;
/** Words of a hundred pixels on a phone, which has 350. */
const LABEL_PERCENT = 29;

/**
 * Throughput over time as inline SVG. Everything is placed by percentages of the width and not by a view box, so that
 * letters keep their size on any screen; only the curve itself is stretched.
 */
export function curve(
  copy: CopyStory,
  { window, title, faults, startedMs }: { window: Window; title: string; faults: readonly Span[]; startedMs: number },
): string {
  const rates = ratesOf(copy.samples, window, copy.gaps);
  if (rates.length === 0) return "";
  const top = Math.max(...rates.map(({ rate }) => rate), 1) / 1e6;
  const yOf = (megabytes: number) => (TOP + HEIGHT * (1 - megabytes / top)).toFixed(1);
  const x = (atMs: number) => percentOf(window, atMs).toFixed(3);

  const points = rates.map(({ fromMs, toMs, rate }, index) => {
    const y = (HEIGHT * (1 - rate / 1e6 / top)).toFixed(1);
    const left = (percentOf(window, fromMs) * 10).toFixed(1);
    return `${index === 0 ? `M${left} ${y}` : `V${y}`}H${(percentOf(window, toMs) * 10).toFixed(1)}`;
  });
  const levels = ticks(0, top, 4);
  const grid = levels.map((value) => `<line class="grid" x1="0" x2="100%" y1="${yOf(value)}" y2="${yOf(value)}"/>`);
  const speeds = levels.slice(1).map((value) => `<text x="2" y="${yOf(value)}" dy="-3">${String(value)} MB/s</text>`);
  const seconds = { from: (window.fromMs - startedMs) / 1000, to: (window.toMs - startedMs) / 1000 };
  const bottom = PHASES_TOP + PHASES_HEIGHT + 16;
  const axis = ticks(seconds.from, seconds.to, 4).map((value) => {
    const at = percentOf(window, startedMs + value * 1000);
    const place = at < 6 ? "start" : at > 94 ? "end" : "middle";
    return (
      `<line class="grid" x1="${at.toFixed(3)}%" x2="${at.toFixed(3)}%" y1="${String(TOP)}" y2="${String(bottom - 13)}"/>` +
      `<text x="${at.toFixed(3)}%" y="${String(bottom)}" text-anchor="${place}">${String(value)} s</text>`
    );
  });
  const inside = (fromMs: number, toMs: number) => toMs >= window.fromMs && fromMs <= window.toMs;
  const { shown: stalls, rest } = bounded(
    copy.stalls.filter(({ phases }) => inside(phases[0]?.fromMs ?? 0, phases.at(-1)?.toMs ?? 0)),
    MAX_DRAWN,
    "events.jsonl",
  );
  const seenFaults = faults.filter(({ fromMs }) => inside(fromMs, fromMs)).slice(0, 2 * MAX_DRAWN);
  return `<figure><figcaption>${text(title)}</figcaption>
<svg class="curve" width="100%" height="${String(bottom + 6)}" role="img" aria-label="${text(describe(copy, startedMs))}">
${grid.join("")}${axis.join("")}
${stalls.map((one) => stall(one, window)).join("")}
<svg x="0" y="${String(TOP)}" width="100%" height="${String(HEIGHT)}" viewBox="0 0 1000 ${String(HEIGHT)}" preserveAspectRatio="none"><path class="line" vector-effect="non-scaling-stroke" d="${points.join("")}"/></svg>
${speeds.join("")}
${seenFaults.map(({ fromMs }) => `<line class="fault" x1="${x(fromMs)}%" x2="${x(fromMs)}%" y1="${String(TOP - 20)}" y2="${String(PHASES_TOP)}"/>`).join("")}
${labels(
  seenFaults.map(({ fromMs }) => ({ percent: percentOf(window, fromMs), words: "fault issued" })),
  12,
)}
${labels(
  stalls.map(({ phases, stallMs }) => ({
    percent: percentOf(window, phases[0]?.fromMs ?? 0),
    words: `stall ${formatMs(stallMs)}`,
  })),
  28,
)}
</svg>${rest}</figure>`;
}

function stall({ phases, stallMs }: Stall, window: Window): string {
  const from = phases[0]?.fromMs ?? 0;
  const to = phases.at(-1)?.toMs ?? 0;
  const left = percentOf(window, from);
  const width = Math.max(0.4, percentOf(window, to) - left);
  const bands = phases.map((phase, index) => {
    const at = percentOf(window, phase.fromMs);
    const wide = percentOf(window, phase.toMs) - at;
    const number =
      wide < MIN_NUMBERED_PERCENT
        ? ""
        : `<text x="${(at + wide / 2).toFixed(3)}%" y="${String(PHASES_TOP + 14)}" text-anchor="middle">${String(index + 1)}</text>`;
    return `<rect class="phase" x="${at.toFixed(3)}%" width="${wide.toFixed(3)}%" y="${String(PHASES_TOP)}" height="${String(PHASES_HEIGHT)}"><title>${String(index + 1)} ${text(phase.name)}: ${formatMs(phase.toMs - phase.fromMs)}</title></rect>${number}`;
  });
  const place = `x="${left.toFixed(3)}%" width="${width.toFixed(3)}%" y="${String(TOP)}" height="${String(HEIGHT)}"`;
  return `<rect class="stall" fill="url(#hatch)" ${place}><title>stall ${formatMs(stallMs)}</title></rect>${bands.join("")}`;
}

/** Words at places, on the side where there is room; where they would stand on each other, only the first of them. */
function labels(all: readonly { readonly percent: number; readonly words: string }[], y: number): string {
  let takenTo = -Infinity;
  return all
    .toSorted((a, b) => a.percent - b.percent)
    .map(({ percent, words }) => {
      const toTheRight = percent < 60;
      const from = toTheRight ? percent : percent - LABEL_PERCENT;
      if (from < takenTo) return "";
      takenTo = from + LABEL_PERCENT;
      const [anchor, shift] = toTheRight ? ["start", 4] : ["end", -4];
      return `<text class="label" x="${percent.toFixed(3)}%" dx="${String(shift)}" y="${String(y)}" text-anchor="${anchor}">${text(words)}</text>`;
    })
    .join("");
}

function describe({ copy, stalls }: CopyStory, startedMs: number): string {
  const each = stalls.slice(0, 10).map(({ phases, stallMs }) => {
    return `it stood still for ${formatMs(stallMs)}, ${sinceStart(startedMs, phases[0]?.fromMs ?? 0)} after the run began`;
  });
  const stood = each.length === 0 ? "no stall was measured" : each.join("; ");
  return `Throughput of ${copy} over time: ${stood}`;
}

import type { Event } from "../../core/event.js";
import type { History, Sample } from "./state.js";

/** So much is kept of a copy's past: the longest that a graph shows. */
export const KEPT_MS = 300_000;
/** A client reports twenty times a second; the graph has no room for that. */
const APART_MS = 100;
/** A gap as long as this between acknowledgements is a stall; shorter ones are a busy machine. */
const STALL_MS = 700;
/** Copies that are over keep their graph while it may still be shown. */
const KEPT_COPIES = 6;

const fresh: History = { samples: [], stalls: [], stalledFromMs: undefined };

/** By copy: what its client had acknowledged when, and when it could not go on. */
export function foldHistories(histories: ReadonlyMap<string, History>, event: Event): ReadonlyMap<string, History> {
  if (event.type === "copy.started") {
    const kept = [...histories].filter(([copy]) => copy !== event.copy).slice(1 - KEPT_COPIES);
    return new Map([...kept, [event.copy, fresh]]);
  }
  if (!("copy" in event) || !("clientMs" in event)) return histories;
  const known = histories.get(event.copy);
  const next = known === undefined ? undefined : change(known, event);
  return next === undefined ? histories : new Map(histories).set(event.copy, next);
}

function change(history: History, event: Extract<Event, { clientMs: number }>): History | undefined {
  switch (event.type) {
    case "copy.opened":
      return { ...history, samples: [{ atMs: event.clientMs, done: 0 }] };
    case "copy.progress": {
      const samples = sampled(history.samples, { atMs: event.clientMs, done: event.acked });
      const stalls = withStall(history.stalls, event.clientMs, event.longestGapMs);
      return { samples, stalls, stalledFromMs: history.stalledFromMs };
    }
    case "copy.lost":
      return { ...history, stalledFromMs: history.samples.at(-1)?.atMs ?? event.clientMs };
    case "copy.resumed":
      return {
        ...history,
        stalls: withStall(history.stalls, event.clientMs, event.gapMs, 0),
        stalledFromMs: undefined,
      };
    case "copy.finished":
      return {
        ...history,
        samples: [...history.samples, { atMs: event.clientMs, done: event.result.bytes }],
        stalledFromMs: undefined,
      };
    case "copy.failed":
      return { ...history, stalledFromMs: undefined };
    default:
      return undefined;
  }
}

function sampled(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  const before = samples.at(-2);
  // The newest point always stands, so that a graph ends where the copy is; older ones keep a distance.
  const settled =
    last !== undefined && before !== undefined && last.atMs - before.atMs < APART_MS ? samples.slice(0, -1) : samples;
  const first = settled.findIndex(({ atMs }) => sample.atMs - atMs <= KEPT_MS);
  return [...(first > 0 ? settled.slice(first) : settled), sample];
}

function withStall(stalls: History["stalls"], toMs: number, gapMs: number, leastMs = STALL_MS): History["stalls"] {
  const last = stalls.at(-1);
  const fromMs = toMs - gapMs;
  // The loss and the report of progress that follows it tell of the same gap.
  if (gapMs < leastMs || (last !== undefined && fromMs < last.toMs)) return stalls;
  return [...stalls.filter((stall) => toMs - stall.toMs <= KEPT_MS), { fromMs, toMs }];
}

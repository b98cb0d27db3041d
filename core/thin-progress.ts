import type { Clock } from "./clock.js";
import type { EventBody } from "./event.js";
import type { Emit } from "./event-log.js";

type Progress = Extract<EventBody, { type: "copy.progress" }>;

/** All reports count at first, and for some time once something happened. */
const WHOLE_AT_FIRST_MS = 60_000;
const WHOLE_AFTER_MS = 5000;
/** So long a report is held back, for something may happen that makes it count. */
const HELD_MS = 2000;
/** A gap as long as this is something that happened, even without a fault. */
const STALL_MS = 250;
/** A copy that stalls all the time is not told of more closely than this. */
const MAX_STALLS = 100;
/** Later a report counts when the copy has got by this share longer: their number is as the logarithm of time. */
const SHARE = 50 / WHOLE_AT_FIRST_MS;

interface Thinning {
  readonly startedMs: number;
  toldMs: number;
  wholeUntilMs: number;
  stallsLeft: number;
  held: { readonly atMs: number; readonly body: Progress }[];
  /** The longest gap of the reports that were passed over since the last one that was told. */
  longestGapMs: number;
}

/**
 * Passes on fewer and fewer of a copy's reports of its progress, which come every 50 ms: all of the first minute, one
 * in 1.5 s after half an hour. Around whatever happens to a copy, such as a fault, a loss or a stall, it passes on all of
 * them, from 2 s before it to 5 s after it. A report that stands for others has the longest of their gaps.
 */
export function thinProgress(emit: Emit, clock: Clock): Emit {
  const copies = new Map<string, Thinning>();

  const tell = (copy: Thinning, atMs: number, body: Progress) => {
    emit({ ...body, longestGapMs: Math.max(copy.longestGapMs, body.longestGapMs) });
    Object.assign(copy, { toldMs: atMs, longestGapMs: 0 });
  };

  const tellHeld = (copy: Thinning) => {
    for (const { atMs, body } of copy.held) tell(copy, atMs, body);
    copy.held = [];
  };

  const follow = (body: Progress) => {
    const nowMs = clock.now();
    const copy = copies.get(body.copy) ?? begin(nowMs);
    copies.set(body.copy, copy);
    copy.held.push({ atMs: nowMs, body });
    if (body.longestGapMs >= STALL_MS && copy.stallsLeft-- > 0) copy.wholeUntilMs = nowMs + WHOLE_AFTER_MS;
    if (nowMs < copy.wholeUntilMs) tellHeld(copy);
    for (let oldest = copy.held[0]; oldest !== undefined && nowMs - oldest.atMs >= HELD_MS; oldest = copy.held[0]) {
      copy.held.shift();
      const isDue = oldest.atMs - copy.toldMs >= (oldest.atMs - copy.startedMs) * SHARE;
      if (isDue) tell(copy, oldest.atMs, oldest.body);
      else copy.longestGapMs = Math.max(copy.longestGapMs, oldest.body.longestGapMs);
    }
  };

  return (body) => {
    if (body.type === "copy.progress") {
      follow(body);
      return;
    }
    for (const [id, copy] of copies) {
      if (!concerns(body, id)) continue;
      tellHeld(copy);
      copy.wholeUntilMs = Math.max(copy.wholeUntilMs, clock.now() + WHOLE_AFTER_MS);
    }
    if (body.type === "copy.finished" || body.type === "copy.failed") copies.delete(body.copy);
    emit(body);
  };
}

function begin(nowMs: number): Thinning {
  const wholeUntilMs = nowMs + WHOLE_AT_FIRST_MS;
  return { startedMs: nowMs, toldMs: nowMs, wholeUntilMs, stallsLeft: MAX_STALLS, held: [], longestGapMs: 0 };
}

/** Whether an event, of whatever sort, says that something happens to a copy: to it, to its cluster, or by a fault. */
function concerns(body: EventBody, copy: string): boolean {
  if ("copy" in body) return body.copy === copy;
  return body.type === "cluster.state" || body.type.startsWith("fault.");
}

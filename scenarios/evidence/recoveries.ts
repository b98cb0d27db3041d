import type { CopyEvent } from "../../core/event.js";

type Lost = Extract<CopyEvent, { type: "copy.lost" }>;
type Reclaim = Extract<CopyEvent, { type: "copy.reclaim" }>;
type Reopened = Extract<CopyEvent, { type: "copy.reopened" }>;
type Resumed = Extract<CopyEvent, { type: "copy.resumed" }>;

/** One loss of the connection and what the client says it did about it. */
export interface Recovery {
  readonly lost: Lost;
  /** Sessions set up since, in order. */
  readonly sessions: readonly { readonly atMs: number; readonly address: string }[];
  /** The last attempt to get the handle back, whether it succeeded or not. */
  readonly reclaim: Reclaim | undefined;
  /** The opening of a new handle, where the old one was given up. */
  readonly reopened: Reopened | undefined;
  /** The first acknowledged write afterwards; undefined when there was none. */
  readonly resumed: Resumed | undefined;
}

/** The losses of one copy in the order in which they happened. `events` are the copy's own, in order. */
export function recoveriesOf(events: readonly CopyEvent[]): Recovery[] {
  const found: Recovery[] = [];
  for (const event of events) {
    if (event.type === "copy.lost") {
      found.push({ lost: event, sessions: [], reclaim: undefined, reopened: undefined, resumed: undefined });
      continue;
    }
    const current = found.at(-1);
    if (current === undefined || current.resumed !== undefined) continue;
    found[found.length - 1] = told(current, event);
  }
  return found;
}

/** Whether the file was open when the connection was lost: before that there was no handle that could come back. */
export function lostHandle({ lost }: Recovery, events: readonly CopyEvent[]): boolean {
  return events.slice(0, events.indexOf(lost)).some(({ type }) => type === "copy.opened");
}

function told(recovery: Recovery, event: CopyEvent): Recovery {
  switch (event.type) {
    case "copy.session":
      return { ...recovery, sessions: [...recovery.sessions, { atMs: event.clientMs, address: event.address }] };
    case "copy.reclaim":
      // A reclaim after a re-open is one of the new handle: the old one stays lost.
      return recovery.reopened === undefined ? { ...recovery, reclaim: event } : recovery;
    case "copy.reopened":
      return { ...recovery, reopened: event };
    case "copy.resumed":
      return { ...recovery, resumed: event };
    default:
      return recovery;
  }
}

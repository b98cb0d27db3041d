import type { Clock } from "../../core/clock.js";
import type { Event } from "../../core/event.js";
import { type Owner, ownerState } from "../../core/owner.js";
import { foldDashboard } from "../state/fold.js";
import type { DashboardState } from "../state/state.js";
import { emptyDashboard } from "../state/state.js";
import type { Source } from "./source.js";

export interface FollowOptions {
  /** Gives the events that have come since it was asked last. */
  readonly read: () => readonly Event[];
  readonly clock: Clock;
  readonly mode?: "watch" | "steer";
  /** Whether the process that writes the events still lives. */
  readonly judge?: (owner: Owner) => ReturnType<typeof ownerState>;
}

/** So often it is looked whether the process that writes still lives. */
const LOOK_MS = 1000;

/** Shows events while they come. It outlives the process that writes them, and says what became of it. */
export function followSource({ read, clock, mode = "watch", judge = ownerState }: FollowOptions): Source {
  let state: DashboardState = emptyDashboard;
  let lagMs: number | undefined;
  let lookedMs = -Infinity;
  let ended: string | undefined;
  let attached = false;

  const look = () => {
    if (state.run.verdict !== null) ended = "over; q leaves";
    else if (state.owner !== undefined && judge(state.owner) === "dead") {
      ended = `process ${String(state.owner.pid)} was killed or crashed: no verdict will come; plugfest gc cleans up`;
    }
  };

  return {
    mode,
    get state() {
      return state;
    },
    poll: () => {
      const nowMs = clock.now();
      const events = read();
      for (const event of events) state = foldDashboard(state, event);
      const last = events.at(-1);
      // What was written before we came was not late.
      if (last !== undefined && attached) lagMs = Math.max(0, nowMs - last.atMs);
      if (last !== undefined) attached = true;
      const before = ended;
      if (ended === undefined && (state.run.verdict !== null || nowMs - lookedMs >= LOOK_MS)) {
        lookedMs = nowMs;
        look();
      }
      return last !== undefined || ended !== before;
    },
    // Once it is over, the picture stands still at the last that was heard of it.
    nowMs: () => (ended === undefined ? clock.now() : state.run.nowMs),
    feed: () => ({ is: "live", lagMs: attached ? (lagMs ?? 0) : undefined, ended }),
    obey: () => undefined,
  };
}

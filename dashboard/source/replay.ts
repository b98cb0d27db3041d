import type { Clock } from "../../core/clock.js";
import type { Event } from "../../core/event.js";
import type { Command } from "../keys.js";
import { foldAll, foldDashboard } from "../state/fold.js";
import type { DashboardState } from "../state/state.js";
import { emptyDashboard } from "../state/state.js";
import type { Source } from "./source.js";

/** Of those that `+` and `-` go through. */
const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32];
/** Before a fault that is jumped to, so that one sees it come. */
const LEAD_MS = 500;

/** Shows a recorded run as it was, by a time of its own that can be stopped, stepped and sped up. */
export function replaySource(events: readonly Event[], clock: Clock, speed: number): Source {
  const begin = events[0]?.atMs ?? 0;
  const end = events.at(-1)?.atMs ?? 0;
  let state: DashboardState = emptyDashboard;
  /** How many events are shown. */
  let at = 0;
  let shownMs = begin;
  let factor = speed;
  let paused = false;
  let lastMs = clock.now();

  const playTo = (ms: number) => {
    shownMs = Math.min(end, ms);
    const from = at;
    for (let event = events[at]; event !== undefined && event.atMs <= shownMs; event = events[at]) {
      state = foldDashboard(state, event);
      at++;
    }
    return at !== from;
  };
  const jump = (to: number) => {
    at = Math.max(0, Math.min(events.length, to));
    state = foldAll(events.slice(0, at));
    shownMs = events[at - 1]?.atMs ?? begin;
  };
  /** To a moment shortly before the next fault, or the one before. */
  const toFault = (by: 1 | -1) => {
    const faults = events.filter(({ type }) => type === "fault.started").map(({ atMs }) => atMs - LEAD_MS);
    const target = by > 0 ? faults.find((ms) => ms > shownMs + 1) : faults.findLast((ms) => ms < shownMs - 2 * LEAD_MS);
    if (target === undefined) return;
    jump(events.filter(({ atMs }) => atMs <= target).length);
    shownMs = Math.max(begin, target);
  };
  const toSpeed = (by: 1 | -1) => {
    const next = by > 0 ? SPEEDS.find((one) => one > factor) : SPEEDS.findLast((one) => one < factor);
    factor = next ?? factor;
  };

  return {
    mode: "replay",
    get state() {
      return state;
    },
    nowMs: () => shownMs,
    poll: () => {
      const nowMs = clock.now();
      const passed = nowMs - lastMs;
      lastMs = nowMs;
      return !paused && playTo(shownMs + passed * factor);
    },
    feed: () => ({ is: "replay", speed: factor, paused: paused || shownMs >= end, at, of: events.length }),
    obey: (command: Command) => {
      switch (command.do) {
        case "pause":
          paused = !paused;
          return;
        case "step":
          paused = true;
          jump(at + command.by);
          return;
        case "fault":
          toFault(command.by);
          return;
        case "speed":
          toSpeed(command.by);
          return;
        case "begin":
        case "end":
          jump(command.do === "begin" ? 0 : events.length);
          return;
        default:
      }
    },
  };
}

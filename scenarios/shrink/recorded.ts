import type { Event, NemesisFault } from "../../core/event.js";

/** A fault that a nemesis caused, at the moment at which it did. */
export interface RecordedFault extends NemesisFault {
  /** Id of the nemesis's own step. */
  readonly nemesis: string;
}

/**
 * The faults that the nemeses of a run caused. Their moments are the real ones: these are what the run failed with, and
 * they come later than planned where the cluster was not ready.
 */
export function recordedFaults(events: readonly Event[]): RecordedFault[] {
  const begun = new Map(
    events.flatMap((event) => (event.type === "step.started" ? [[event.step, event.atMs] as const] : [])),
  );
  return events.flatMap((event) => {
    if (event.type !== "nemesis.planned") return [];
    return event.faults.flatMap((fault) => {
      const atMs = begun.get(fault.step);
      return atMs === undefined ? [] : [{ ...fault, nemesis: event.step, atMs: Math.floor(atMs - event.atMs) }];
    });
  });
}

/** What failed in a run: its checks, and steps such as a copy that did not end well. Reasons are not compared, they hold figures. */
export function failedIn(events: readonly Event[]): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) => {
      if (event.type === "check.finished" && event.outcome === "fail") return [event.check];
      return event.type === "step.finished" && event.outcome === "fail" && event.reason !== undefined
        ? [event.title]
        : [];
    }),
  );
}

import type { Event, NemesisFault } from "../../core/event.js";

/** A fault that a nemesis caused. */
export interface RecordedFault extends NemesisFault {
  /** Id of the nemesis's own step. */
  readonly nemesis: string;
}

/**
 * The faults that the nemeses of a run caused, of those that they had planned. Their moments are the planned ones: where
 * one had to wait for the cluster, it will have to wait again, and in a run without that wait its real moment may be too late.
 */
export function recordedFaults(events: readonly Event[]): RecordedFault[] {
  const begun = new Set(events.flatMap((event) => (event.type === "step.started" ? [event.step] : [])));
  return events.flatMap((event) =>
    event.type === "nemesis.planned"
      ? event.faults.filter(({ step }) => begun.has(step)).map((fault) => ({ ...fault, nemesis: event.step }))
      : [],
  );
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

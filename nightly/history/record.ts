import type { Event, PhaseName } from "../../core/event.js";
import { cellRunOf } from "../../reports/matrix/results.js";
import type { RunRecord } from "./line.js";

/** What the history keeps of a run; undefined where it did not finish. */
export function recordOf(
  events: readonly Event[],
  of: Pick<RunRecord, "night" | "cell" | "repeat" | "definition" | "folder" | "parallel" | "host">,
): RunRecord | undefined {
  const figures = cellRunOf(events);
  if (figures === undefined) return undefined;
  const stalls = events.flatMap((event) => (event.type === "phases" ? [event] : []));
  const [longest] = stalls.toSorted((a, b) => b.stallMs - a.stallMs);
  // What failed has no stall that ended, and so no phases that could be compared.
  const phases = figures.stallMs === null ? [] : (longest?.phases ?? []);
  const lasted: Partial<Record<PhaseName, number>> = {};
  for (const { name, fromMs, toMs } of phases) lasted[name] = tenths(toMs - fromMs);
  return {
    ...{ v: 1, type: "run", ...of, ...figures },
    ms: tenths(figures.ms),
    stallMs: figures.stallMs === null ? null : tenths(figures.stallMs),
    phases: lasted,
    versions: events.findLast((event) => event.type === "versions")?.versions ?? {},
  };
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;

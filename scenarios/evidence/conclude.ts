import type { CopyEvidence } from "../../core/event.js";
import { doubtsOf } from "./doubts.js";
import { gradeCopy } from "./grade.js";
import type { Observed } from "./observed.js";
import { doubtsAboutPhases } from "./phase-sum.js";
import { phasesOf } from "./phases.js";
import type { PhaseReport } from "./phases.js";
import { recoveriesOf } from "./recoveries.js";

/** What follows from it. */
export interface Conclusion {
  readonly evidence: CopyEvidence;
  /** Why the evidence cannot be trusted; empty when it can. */
  readonly doubts: readonly string[];
  /** The phases of each loss that a fault can have caused, in order. */
  readonly stalls: readonly PhaseReport[];
}

/** Pure: the same observation gives the same conclusion, and one that was tampered with gives another. */
export function conclude(observed: Observed): Conclusion {
  const evidence = gradeCopy({ ...observed, holders: observed.holdersBefore ?? [] });
  const stalls = stallsOf(observed);
  const doubts = [
    ...doubtsOf({ ...observed, evidence }),
    ...stalls.flatMap(({ report, toldMs }) => doubtsAboutPhases(report, toldMs)),
  ];
  return { evidence, doubts, stalls: stalls.map(({ report }) => report) };
}

/** Each with how long the client says it took when it went on. */
function stallsOf({ events, ctdb, capture, faults }: Observed): { report: PhaseReport; toldMs: number | undefined }[] {
  return recoveriesOf(events).flatMap((recovery) => {
    const endMs = recovery.resumed?.clientMs ?? Infinity;
    const cause = faults.findLast(({ startedMs }) => startedMs <= endMs);
    if (cause === undefined) return [];
    const fault = { name: cause.fault, startedMs: cause.startedMs };
    const report = phasesOf({ recovery, events, fault, ctdb, capture });
    // An idle handle has no acknowledgement to count from: its stall begins with the loss.
    const { gapMs, verb } = recovery.resumed ?? {};
    return [{ report, toldMs: verb === "hold" ? undefined : gapMs }];
  });
}

import { UserError } from "../../core/errors.js";
import { failedIn, recordedFaults } from "../../scenarios/shrink/recorded.js";
import type { RecordedFault } from "../../scenarios/shrink/recorded.js";
import { eventsOf, requestOf } from "../recorded-run.js";
import type { RunRequestRecord } from "../recorded-run.js";

/** A run that can be shrunk: what was asked for, what its nemeses did, and what failed. */
export interface FailedRun {
  readonly request: RunRequestRecord;
  readonly faults: readonly RecordedFault[];
  readonly failed: ReadonlySet<string>;
}

/** Reads it from its folder. Throws a UserError when it did not fail, or not under a nemesis. */
export function failedRun(folder: string): FailedRun {
  const request = requestOf(folder);
  const events = eventsOf(folder);
  const outcome = events.findLast((event) => event.type === "run.finished")?.verdict.outcome;
  if (outcome !== "fail") {
    throw refusal(
      outcome === undefined ? `${folder} did not finish` : `the verdict of ${folder} is ${outcome}, not fail`,
    );
  }
  const faults = recordedFaults(events);
  if (faults.length === 0) throw refusal(`no nemesis caused a fault in ${folder}`);
  return { request, faults, failed: failedIn(events) };
}

function refusal(message: string): UserError {
  const hint = "give the folder of a run that failed, of a scenario with a nemesis";
  return new UserError([{ code: "cli/nothing-to-shrink", severity: "error", message, hint }]);
}

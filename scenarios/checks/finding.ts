import type { Outcome } from "../../core/event.js";

/** What a check found. The reason is said for a pass as well: it holds the evidence. */
export interface Finding {
  readonly outcome: Outcome;
  readonly reason: string;
}

export const pass = (reason: string): Finding => ({ outcome: "pass", reason });
export const fail = (reason: string): Finding => ({ outcome: "fail", reason });
export const unknown = (reason: string): Finding => ({ outcome: "unknown", reason });

/** The worst of several: a failure is certain, so it weighs more than what is not known. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes("fail")) return "fail";
  return outcomes.includes("unknown") ? "unknown" : "pass";
}

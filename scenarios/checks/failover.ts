import type { CopyEvidence, Grade } from "../../core/event.js";
import type { Finding } from "./check.js";
import { fail, pass, unknown } from "./check.js";

/**
 * The conditions under which nothing can be said about a failover, whatever was measured: reasons, or none. They are
 * asked before each check of evidence, so that a run in which nothing happened never passes.
 */
export interface FailoverFacts {
  readonly evidence: CopyEvidence | undefined;
  /** Why the evidence cannot be trusted; empty when it can. */
  readonly doubts: readonly string[];
}

export function checkFailovers(expected: number, { evidence, doubts }: FailoverFacts): Finding {
  if (evidence === undefined || doubts.length > 0) return unknown(doubtsOf(doubts));
  const moved = `${evidence.servedBefore ?? "nobody"} to ${evidence.servedAfter ?? "nobody"}`;
  const text = `${String(evidence.failovers)} failover${evidence.failovers === 1 ? "" : "s"}`;
  if (evidence.failovers !== expected) return fail(`${text}, expected ${String(expected)}`);
  return pass(expected === 0 ? text : `${text}, from ${moved}`);
}

export function checkGrade(expected: Grade, { evidence, doubts }: FailoverFacts): Finding {
  if (evidence === undefined || doubts.length > 0) return unknown(doubtsOf(doubts));
  if (evidence.grade === null) return unknown(evidence.gradeReason);
  const said = `${evidence.grade}: ${evidence.gradeReason}`;
  return evidence.grade === expected ? pass(said) : fail(`${said}; expected ${expected}`);
}

export function checkStall(underMs: number, { evidence, doubts }: FailoverFacts): Finding {
  if (evidence === undefined || doubts.length > 0) return unknown(doubtsOf(doubts));
  if (evidence.stallMs === null) return unknown("no stall was measured");
  const said = `${(evidence.stallMs / 1000).toFixed(3)} s`;
  return evidence.stallMs < underMs ? pass(said) : fail(`${said}, expected under ${String(underMs / 1000)} s`);
}

function doubtsOf(doubts: readonly string[]): string {
  return doubts.length > 0 ? doubts.join("; ") : "no evidence was gathered";
}

import type { CopyEvidence } from "../../core/event.js";
import type { CopySubject } from "./check.js";
import { unknown } from "./finding.js";
import type { Finding } from "./finding.js";

/** What the checks of a failover judge. */
export interface FailoverFacts {
  readonly evidence: CopyEvidence | undefined;
  /** Why the evidence cannot be trusted; empty when it can. */
  readonly doubts: readonly string[];
}

export function failoverFacts({ copy }: CopySubject): FailoverFacts {
  return { evidence: copy.evidence, doubts: copy.doubts };
}

/**
 * Judges evidence that is there and not in doubt; anything else is unknown, whatever was measured, so that a run in which
 * nothing happened never passes.
 */
export function judgeEvidence(
  { evidence, doubts }: FailoverFacts,
  judge: (evidence: CopyEvidence) => Finding,
): Finding {
  if (doubts.length > 0) return unknown(doubts.join("; "));
  return evidence === undefined ? unknown("no evidence was gathered") : judge(evidence);
}

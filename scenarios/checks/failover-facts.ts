import type { ClientKind } from "../../topologies/spec.js";
import { conclude } from "../evidence/conclude.js";
import type { Conclusion } from "../evidence/conclude.js";
import type { Observed } from "../evidence/observed.js";
import type { CopySubject } from "./check.js";
import { unknown } from "./finding.js";
import type { Finding } from "./finding.js";

/** What the checks of a failover judge: what was seen, from which they conclude anew, so that a defect can be planted in it. */
export interface FailoverFacts {
  readonly observed: Observed | undefined;
}

export function failoverFacts({ copy }: CopySubject): FailoverFacts {
  return { observed: copy.observed };
}

/** What sort of client a copy has. */
export function kindOf({ copy, context }: CopySubject): ClientKind | undefined {
  return context.spec.clients.find(({ name }) => name === copy.client)?.kind;
}

/**
 * Judges what follows from an observation that is there and not in doubt; anything else is unknown, whatever was measured,
 * so that a run in which nothing happened never passes.
 */
export function judgeEvidence(
  { observed }: FailoverFacts,
  judge: (conclusion: Conclusion, observed: Observed) => Finding,
): Finding {
  if (observed === undefined) return unknown("no evidence was gathered");
  const conclusion = conclude(observed);
  return conclusion.doubts.length > 0 ? unknown(conclusion.doubts.join("; ")) : judge(conclusion, observed);
}

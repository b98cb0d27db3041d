import type { Observed } from "../evidence/observed.js";
import type { FailoverFacts } from "./failover-facts.js";
import type { Defect } from "./defect.js";

/** A defect of a failover check that is planted in what was seen of the copy. */
export function observedDefect<Wanted, Facts extends FailoverFacts, Turns extends "fail" | "unknown">(
  name: string,
  turns: Turns,
  tamper: (observed: Observed, wanted: Wanted, facts: Facts) => Observed | undefined,
): Defect<Wanted, Facts> & { readonly turns: Turns } {
  return {
    name,
    turns,
    plant: (facts, wanted) => {
      const observed = facts.observed && tamper(facts.observed, wanted, facts);
      return observed && { ...facts, observed };
    },
  };
}

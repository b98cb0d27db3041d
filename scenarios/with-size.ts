import type { Scenario, Step } from "./scenario.js";
import { verbs } from "./verbs.js";

/** The same scenario with copies of another size: for a quick look before the long run. */
export function withSize(scenario: Scenario, sizeBytes: number): Scenario {
  const copy: unknown = verbs.copy;
  const resized = (step: Step): Step =>
    step.verb === copy ? { ...step, args: { ...(step.args as object), size: sizeBytes } } : step;
  return { ...scenario, steps: scenario.steps.map(resized), always: scenario.always.map(resized) };
}

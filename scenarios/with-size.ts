import type { Scenario, Step } from "./scenario.js";

/** The same scenario with workloads of another size: for a quick look before the long run. */
export function withSize(scenario: Scenario, sizeBytes: number): Scenario {
  const resized = (step: Step): Step => {
    if (step.parallel !== undefined) return { ...step, parallel: step.parallel.map(resized) };
    const args = step.args as object;
    // Of many files the number is what there is to see, and not how large each is.
    return step.verb.workload !== undefined && "size" in args && !("count" in args)
      ? { ...step, args: { ...args, size: sizeBytes } }
      : step;
  };
  return { ...scenario, steps: scenario.steps.map(resized), always: scenario.always.map(resized) };
}

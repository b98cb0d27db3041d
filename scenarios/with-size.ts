import type { Scenario, Step } from "./scenario.js";

/** The same scenario with workloads of another size: for a quick look before the long run. */
export function withSize(scenario: Scenario, sizeBytes: number): Scenario {
  const resized = (step: Step): Step => {
    if (step.parallel !== undefined) return { ...step, parallel: step.parallel.map(resized) };
    return step.verb.workload !== undefined && "size" in (step.args as object)
      ? { ...step, args: { ...(step.args as object), size: sizeBytes } }
      : step;
  };
  return { ...scenario, steps: scenario.steps.map(resized), always: scenario.always.map(resized) };
}

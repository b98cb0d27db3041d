import type { Scenario, Step } from "../scenario.js";

/** Whether some step of a scenario causes faults by a schedule. */
export function hasNemesis({ steps, always }: Scenario): boolean {
  const is = ({ verb, during, parallel = [] }: Step): boolean =>
    verb.name === "nemesis" || [...during, ...parallel].some(is);
  return [...steps, ...always].some(is);
}

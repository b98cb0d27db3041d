import type { Scenario, Step } from "./scenario.js";

/** Releases of Samba that steps of a scenario bring into the lab, whatever its topology has. */
export function otherSamba({ steps, always }: Scenario): string[] {
  const of = (step: Step): readonly string[] => [
    ...(step.verb.samba?.(step.args as never) ?? []),
    ...[...step.during, ...(step.parallel ?? [])].flatMap(of),
  ];
  return [...new Set([...steps, ...always].flatMap(of))];
}

import type { Outcome, Verdict } from "../core/event.js";

export interface Judged {
  readonly what: string;
  readonly outcome: Outcome;
  readonly reason: string;
}

/**
 * The verdict of a run from everything that was judged in it and what broke of the testbed.
 * A failed check is certain and makes a fail; else anything unknown, a broken testbed, or a run that judged nothing,
 * makes it unknown. Only what is left is a pass.
 */
export function verdictOf(judged: readonly Judged[], broken: readonly string[]): Verdict {
  const saying = (outcome: Outcome) =>
    judged.filter((one) => one.outcome === outcome).map(({ what, reason }) => `${what}: ${reason}`);
  const fails = saying("fail");
  const unknowns = [...broken.map((reason) => `testbed: ${reason}`), ...saying("unknown")];
  if (fails.length > 0) return { outcome: "fail", reasons: [...fails, ...unknowns] };
  if (unknowns.length > 0) return { outcome: "unknown", reasons: [...new Set(unknowns)] };
  if (!judged.some(({ outcome }) => outcome === "pass")) {
    return { outcome: "unknown", reasons: ["nothing was checked: the scenario has no `expect` that was reached"] };
  }
  return { outcome: "pass", reasons: [] };
}

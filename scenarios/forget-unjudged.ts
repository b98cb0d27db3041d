import type { CopyRun } from "./copy-run.js";
import type { Step } from "./scenario.js";

/**
 * Lets go of what is known of copies that none of the steps to come judges. A run of many copies would else hold the events
 * and the evidence of each to its end.
 */
export function forgetUnjudged(copies: ReadonlyMap<string, CopyRun>, toCome: readonly Step[]): void {
  const judged = new Set(toCome.map(({ verb, args }) => verb.judges?.(args as never)));
  for (const copy of copies.values()) if (!judged.has(copy.id)) copy.forget();
}

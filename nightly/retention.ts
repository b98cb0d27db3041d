import type { Night } from "./history/read.js";

/** A run's folder that is no longer kept: its night, and its place in that. */
export interface Outdated {
  readonly night: string;
  readonly folder: string;
}

/** Folders of runs that are over: those that passed in old nights, and all of very old ones. Nights are oldest first. */
export function outdated(
  nights: readonly Night[],
  { nights: keep, failures }: { readonly nights: number; readonly failures: number },
): Outdated[] {
  return nights
    .toReversed()
    .flatMap(({ started: { night }, runs }, age) =>
      runs
        .filter(({ outcome }) => age >= (outcome === "pass" ? keep : Math.max(keep, failures)))
        .map(({ folder }) => ({ night, folder })),
    );
}

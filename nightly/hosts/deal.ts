import type { Night } from "../history/read.js";
import type { NightCell } from "../night-cell.js";
import { LOCAL, whyHere } from "./hosts.js";

/**
 * Which host each lab is on: where its cells were run last, for only there can their figures be compared; else where there
 * is least to do. `weight`: how long a lab takes. Labs keep their order. Nights are oldest first.
 */
export function dealt<Cell extends NightCell>(
  labs: readonly (readonly Cell[])[],
  hosts: readonly string[],
  nights: readonly Pick<Night, "runs">[],
  weight: (cells: readonly Cell[]) => number,
): Map<string, (readonly Cell[])[]> {
  const load = new Map(hosts.map((host) => [host, 0]));
  const chosen = new Map<readonly Cell[], string>();
  const give = (cells: readonly Cell[], host: string) => {
    chosen.set(cells, host);
    load.set(host, (load.get(host) ?? 0) + weight(cells));
  };
  for (const cells of labs) {
    const last = cells.some((cell) => whyHere(cell) !== undefined) ? LOCAL : lastHost(cells, nights);
    if (last !== undefined && hosts.includes(last)) give(cells, last);
  }
  for (const cells of labs) {
    if (chosen.has(cells)) continue;
    const [least] = hosts.toSorted((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0));
    if (least !== undefined) give(cells, least);
  }
  return new Map(hosts.map((host) => [host, labs.filter((cells) => chosen.get(cells) === host)]));
}

/** A cell that was never run counts as much as a short run. */
const UNKNOWN_MS = 60_000;

/** How long a lab takes, by how long runs of its cells took. */
export function weightBy(estimate: (cell: NightCell) => number | null): (cells: readonly NightCell[]) => number {
  return (cells) => cells.reduce((sum, cell) => sum + cell.repeats * (estimate(cell) ?? UNKNOWN_MS), 0);
}

function lastHost(cells: readonly NightCell[], nights: readonly Pick<Night, "runs">[]): string | undefined {
  const definitions = new Map(cells.map(({ cell, definition }) => [cell, definition]));
  for (const { runs } of nights.toReversed()) {
    const run = runs.findLast(({ cell, definition }) => definitions.get(cell) === definition);
    if (run !== undefined) return run.host ?? LOCAL;
  }
  return undefined;
}

import { specHash } from "../core/hash.js";
import type { NightCell } from "./night-cell.js";
import type { Night } from "./history/read.js";
import { outcomeOf } from "./judge/status.js";

/**
 * Cells by lab, the labs one after another: first those with cells that failed the last night, then what was not reached
 * or is not known, then what is new. In a lab likewise.
 */
export function inLabs<Cell extends Pick<NightCell, "cell" | "lab">>(
  cells: readonly Cell[],
  nights: readonly Night[],
): Cell[][] {
  const last = nights.at(-1);
  const urgency = ({ cell }: Cell): number => {
    if (last === undefined) return 2;
    const outcome = outcomeOf(last.runs.filter((run) => run.cell === cell));
    if (outcome === "fail" || outcome === "mixed") return 0;
    if (outcome === "unknown") return 1;
    if (outcome === "pass") return 3;
    return last.started.cells.some((one) => one.cell === cell) ? 1 : 2;
  };
  const labs = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = specHash({ ...cell.lab.spec, source: "" });
    labs.set(key, [...(labs.get(key) ?? []), cell]);
  }
  const sorted = [...labs.values()].map((group) => group.toSorted((a, b) => urgency(a) - urgency(b)));
  const first = ([cell]: Cell[]) => (cell === undefined ? 3 : urgency(cell));
  return sorted.toSorted((a, b) => first(a) - first(b));
}

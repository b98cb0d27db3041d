import { median } from "./judge/effect.js";
import type { PlannedCell } from "./history/line.js";
import type { Night } from "./history/read.js";

/** How many of a cell's last runs tell how long the next takes. */
const RUNS = 20;

/** How long one run of a cell takes, from the history: its own runs, else those of its scenario; null without any. */
export function estimates(nights: readonly Night[]): (cell: Pick<PlannedCell, "cell" | "scenario">) => number | null {
  const byCell = new Map<string, number[]>();
  const byScenario = new Map<string, number[]>();
  const add = (to: Map<string, number[]>, key: string, ms: number) => {
    const found = to.get(key);
    if (found === undefined) to.set(key, [ms]);
    else found.push(ms);
  };
  for (const { started, runs } of nights) {
    const scenarios = new Map(started.cells.map(({ cell, scenario }) => [cell, scenario]));
    for (const { cell, ms } of runs) {
      add(byCell, cell, ms);
      add(byScenario, scenarios.get(cell) ?? "", ms);
    }
  }
  return ({ cell, scenario }) => {
    const found = byCell.get(cell) ?? byScenario.get(scenario);
    return found === undefined ? null : median(found.slice(-RUNS));
  };
}

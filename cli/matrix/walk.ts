import { join } from "node:path";
import type { Outcome } from "../../core/event.js";
import { worstOf } from "../../reports/matrix/results.js";
import type { CellRun, MatrixResults, RunFigures } from "../../reports/matrix/results.js";
import type { LabSpec } from "../../topologies/spec.js";
import { byTopology } from "./cells.js";
import type { PlacedCell } from "./cells.js";
import { makeCellFolder, withRun, writeResults } from "./record.js";

/** One run that a matrix makes. */
export interface Turn {
  readonly placed: PlacedCell;
  readonly repeat: number;
  readonly folder: string;
}

export interface Walk {
  /** The matrix's folder. */
  readonly folder: string;
  readonly results: MatrixResults;
  /** The cells to run; what they have in `results` already is not run again. */
  readonly cells: readonly PlacedCell[];
  readonly repeats: number;
  /** Runs one cell once. Throws when the matrix is to end. */
  readonly play: (turn: Turn) => Promise<RunFigures>;
  /** Sees to it that the next run finds a healthy lab or none; says what was wrong with it. */
  readonly settle: (lab: LabSpec) => Promise<string | undefined>;
  /** Removes a lab when the last run in it is over, however it ended. */
  readonly release: (lab: LabSpec) => Promise<void>;
  readonly tell: (cell: string, run: CellRun) => void;
  readonly note: (text: string) => void;
}

/**
 * Runs cells, those of one lab one after another while it stays up: each cell once, then each a second time, so that an
 * early end leaves a whole table. What came of a run is on the disk before the next one begins. Gives the worst outcome
 * of all that was asked for.
 */
export async function walkMatrix(walk: Walk): Promise<Outcome> {
  const { folder, cells, repeats } = walk;
  let { results } = walk;
  const keep = (changed: MatrixResults) => {
    results = changed;
    writeResults(folder, results);
  };
  keep(results);
  for (const group of byTopology(cells)) {
    const turns = turnsOf(group, repeats, results);
    const lab = group[0]?.lab.spec;
    if (lab === undefined || turns.length === 0) continue;
    try {
      for (const { placed, repeat } of turns) {
        const { cell, definition } = placed;
        const path = makeCellFolder(folder, cell.id, repeat);
        const run = {
          repeat,
          folder: path,
          definition,
          ...(await walk.play({ placed, repeat, folder: join(folder, path) })),
        };
        keep(withRun(results, cell.id, run));
        walk.tell(cell.id, run);
        const wrong = await walk.settle(lab);
        if (wrong === undefined) continue;
        const text = `after run ${String(repeat)} of ${cell.id}: ${wrong}`;
        walk.note(text);
        keep({ ...results, notes: [...results.notes, text] });
      }
    } finally {
      await walk.release(lab);
    }
  }
  return worstOf(wanted(cells, repeats, results).map(({ outcome }) => outcome)) ?? "unknown";
}

/** What is still to be run: every cell once, then every cell again. */
export function turnsOf(
  cells: readonly PlacedCell[],
  repeats: number,
  results: MatrixResults,
): { readonly placed: PlacedCell; readonly repeat: number }[] {
  const done = new Set(wanted(cells, repeats, results).map(({ cell, repeat }) => `${cell} ${String(repeat)}`));
  return Array.from({ length: repeats }, (_, index) => index + 1).flatMap((repeat) =>
    cells.filter(({ cell }) => !done.has(`${cell.id} ${String(repeat)}`)).map((placed) => ({ placed, repeat })),
  );
}

/** The runs in the results that are of these cells and within the number of repeats. */
function wanted(cells: readonly PlacedCell[], repeats: number, results: MatrixResults) {
  const ids = new Set(cells.map(({ cell }) => cell.id));
  return results.cells
    .filter(({ id }) => ids.has(id))
    .flatMap(({ id, runs }) => runs.map((run) => ({ ...run, cell: id })))
    .filter(({ repeat }) => repeat <= repeats);
}

import { resolve } from "node:path";
import { UserError } from "../../core/errors.js";
import type { MatrixResults } from "../../reports/matrix/results.js";
import { checkScenario } from "../../scenarios/load.js";
import { checkMatrix } from "../../scenarios/matrix/check.js";
import { scenarioOf } from "../../scenarios/matrix/load.js";
import type { Matrix } from "../../scenarios/matrix/matrix.js";
import type { Scenario } from "../../scenarios/scenario.js";
import type { CliContext } from "../context.js";
import { exitCode, exitCodeOf } from "../exit-code.js";
import { flagError } from "../flag-error.js";
import { kernelBelow } from "../kernel-below.js";
import { labsOfScenarios } from "../load-lab.js";
import { byTopology, chosenBy, placed } from "../matrix/cells.js";
import type { PlacedCell } from "../matrix/cells.js";
import { performMatrix } from "../matrix/perform.js";
import { readResults } from "../matrix/record.js";
import { turnsOf } from "../matrix/walk.js";
import type { RunFlags } from "../run-flags.js";

export interface MatrixWishes {
  readonly flags: RunFlags;
  readonly seed: string | undefined;
  readonly sized: (scenario: Scenario) => Scenario;
}

/** Runs the cells of a matrix that were asked for, or lists them, and ends with the worst verdict's exit code. */
export async function runMatrix(context: CliContext, matrix: Matrix, wishes: MatrixWishes): Promise<number> {
  const { flags } = wishes;
  if (flags.topology !== undefined) {
    throw new UserError([flagError("--topology", { message: "a matrix says itself which topology each cell has" })]);
  }
  const repeats = repeatsOf(flags.repeat);
  const isWanted = chosenBy(flags.cell, matrix.axes);
  const all = checked(context, matrix, flags);
  const cells = all.filter(({ cell }) => isWanted(cell));
  if (cells.length === 0) throw new UserError([flagError("--cell", { message: "no cell has all of these values" })]);
  const results = resultsBefore(context, matrix, { all, wanted: cells }, flags.resume);
  if (flags.plan === true) {
    context.out.write(planText(cells, repeats, results, flags.json === true));
    return exitCode.pass;
  }
  return exitCodeOf(await performMatrix(context, { matrix, cells, results, repeats, ...wishes }));
}

/** Every cell with its lab. Throws a UserError with all that is wrong with any of them. */
function checked(context: CliContext, matrix: Matrix, { size, samba }: RunFlags): PlacedCell[] {
  const lab = labsOfScenarios(undefined, context, samba);
  const complaints = checkMatrix(matrix, (loaded) =>
    checkScenario(loaded, lab(loaded.scenario).spec, kernelBelow(context.env)),
  );
  if (complaints.length > 0) throw new UserError(complaints);
  return matrix.cells.map((cell) => placed(matrix, cell, lab(scenarioOf(matrix, cell, 1).scenario), size));
}

/**
 * What there is of the matrix already: the runs of cells that are still the same. A run that proved nothing is made
 * again where its cell is asked for, and a note says that there was one.
 */
function resultsBefore(
  context: CliContext,
  matrix: Matrix,
  cells: { readonly all: readonly PlacedCell[]; readonly wanted: readonly PlacedCell[] },
  resume: string | undefined,
): MatrixResults {
  const before = resume === undefined ? undefined : readResults(resolve(context.cwd, resume));
  const again: string[] = [];
  const runsOf = (placed: PlacedCell) => {
    const { cell, definition } = placed;
    const same = before?.cells.find(({ id }) => id === cell.id)?.runs.filter((run) => run.definition === definition);
    return (same ?? []).filter(({ outcome, repeat, reasons }) => {
      const stays = outcome !== "unknown" || !cells.wanted.includes(placed);
      if (!stays)
        again.push(`run ${String(repeat)} of ${cell.id} is made again, for it was unknown: ${reasons.join("; ")}`);
      return stays;
    });
  };
  const found = cells.all.map((placed) => {
    const { id, values } = placed.cell;
    return { id, values, topology: placed.lab.spec.name, runs: runsOf(placed) };
  });
  return {
    v: 1,
    ...{ matrix: matrix.name, description: matrix.description, version: context.version, axes: matrix.axes },
    commands: [...(before?.commands ?? []), ["plugfest", ...context.argv].join(" ")],
    cells: found,
    notes: [...(before?.notes ?? []), ...again],
  };
}

function planText(cells: readonly PlacedCell[], repeats: number, results: MatrixResults, json: boolean): string {
  const rows = byTopology(cells)
    .flat()
    .map((one) => ({ cell: one.cell.id, topology: one.lab.spec.name, runs: turnsOf([one], repeats, results).length }));
  if (json) return `${JSON.stringify(rows)}\n`;
  const width = Math.max(...rows.map(({ cell }) => cell.length));
  const lines = rows.map(({ cell, topology, runs }) => `${cell.padEnd(width)}  ${topology}  ${String(runs)}`);
  const sum = rows.reduce((total, { runs }) => total + runs, 0);
  return [...lines, `${String(rows.length)} cells, ${String(sum)} runs to do`, ""].join("\n");
}

function repeatsOf(text = "1"): number {
  const repeats = Number(text);
  if (Number.isInteger(repeats) && repeats >= 1 && repeats <= 1000) return repeats;
  throw new UserError([flagError("--repeat", { message: `expected a number from 1 to 1000, got "${text}"` })]);
}

import type { Diagnostic } from "../../core/diagnostic.js";
import { UserError } from "../../core/errors.js";
import { specHash } from "../../core/hash.js";
import { suggestHint } from "../../core/suggest.js";
import { isChosen } from "../../scenarios/matrix/cells.js";
import type { Choice } from "../../scenarios/matrix/cells.js";
import { scenarioOf } from "../../scenarios/matrix/load.js";
import type { Axis, Cell, Matrix } from "../../scenarios/matrix/matrix.js";
import type { LoadedTopology } from "../../topologies/load.js";

/** A cell with the lab that it is run in. */
export interface PlacedCell {
  readonly cell: Cell;
  readonly lab: LoadedTopology;
  /** Hash of what is run: a cell whose hash changed is another experiment. */
  readonly definition: string;
}

export function placed(matrix: Matrix, cell: Cell, lab: LoadedTopology, size: string | undefined): PlacedCell {
  const { source } = scenarioOf(matrix, cell, 1);
  return { cell, lab, definition: specHash({ scenario: source.value, spec: lab.spec, size }) };
}

/** Cells of one topology one after another, in the order in which the topologies come up first. */
export function byTopology(cells: readonly PlacedCell[]): PlacedCell[][] {
  const groups = new Map<string, PlacedCell[]>();
  for (const cell of cells) {
    const key = specHash(cell.lab.spec);
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()];
}

/** `fault=stop,fault=ban,profile=durable`: of one axis any of the values, of several axes all. */
export function chosenBy(text: string | undefined, axes: readonly Axis[]): (cell: Cell) => boolean {
  if (text === undefined) return () => true;
  const choice: Record<string, string[]> = {};
  for (const part of text.split(",")) {
    const [name = "", value = ""] = part.split("=").map((word) => word.trim());
    const axis = axes.find((one) => one.name === name);
    if (axis === undefined) {
      throw refused(
        `no axis "${name}"`,
        suggestHint(
          name,
          axes.map((one) => one.name),
        ),
      );
    }
    if (!axis.values.includes(value)) throw refused(`no ${name} "${value}"`, suggestHint(value, axis.values));
    choice[name] = [...(choice[name] ?? []), value];
  }
  return (cell) => isChosen(cell, choice satisfies Choice);
}

function refused(message: string, hint: string | undefined): UserError {
  const diagnostic: Diagnostic = { code: "cli/bad-flag", severity: "error", message: `--cell: ${message}` };
  return new UserError([hint === undefined ? diagnostic : { ...diagnostic, hint }]);
}

import { UserError } from "../../core/errors.js";
import { diagnosticsAt } from "../../core/finding.js";
import type { Finding } from "../../core/finding.js";
import { parseYaml } from "../../core/source.js";
import { suggestHint } from "../../core/suggest.js";
import { validateWith } from "../../core/validate.js";
import { readScenario, readScenarioText } from "../load.js";
import type { LoadedScenario } from "../load.js";
import { axesOf, cellsOf, excludedBy } from "./cells.js";
import type { Axis, Cell, Matrix } from "./matrix.js";
import { fillingOf } from "./pieces.js";
import { matrixFileSchema } from "./schema.js";
import type { MatrixBlock } from "./schema.js";

const CODES = { codePrefix: "scenario" };

/** A shipped matrix by name or a YAML file by path; undefined for a scenario that is none. Throws a UserError. */
export function loadMatrix(nameOrPath: string, cwd: string): Matrix | undefined {
  const { file, text } = readScenarioText(nameOrPath, cwd);
  return readMatrix(file, text);
}

/** The matrix that a text is; undefined for a scenario that is none. `file` is its name in diagnostics. Throws a UserError. */
export function readMatrix(file: string, text: string): Matrix | undefined {
  const source = parseYaml(file, text);
  const { value } = source;
  if (value === null || typeof value !== "object" || !("matrix" in value)) return undefined;
  const validated = validateWith(matrixFileSchema, source, CODES);
  if (!validated.ok) throw new UserError(validated.diagnostics);
  const { name, description = "", matrix: block } = validated.value;
  const axes = axesOf(block);
  const cells = cellsOf(axes, excludedBy(block));
  const matrix: Matrix = { name, description, axes, cells, source };
  const findings = [...checkAxes(axes), ...checkExclusions(block, axes), ...checkUse(matrix)];
  if (findings.length > 0) throw new UserError(diagnosticsAt(source, findings, CODES.codePrefix));
  return matrix;
}

/** A cell as an ordinary scenario, for one of its runs. Throws a UserError that points into the matrix. */
export function scenarioOf(matrix: Matrix, cell: Cell, repeat: number): LoadedScenario {
  return filled(matrix, cell, repeat, () => undefined);
}

function filled({ source, axes }: Matrix, cell: Cell, repeat: number, used: (axis: string) => void) {
  const meaning = { file: source.value, axes, cell, used, unique: `${cell.id}_${String(repeat)}` };
  return readScenario(source.file, source.text, {
    parts: "matrix",
    fill: (name) => fillingOf(name, meaning),
  });
}

function checkAxes(axes: readonly Axis[]): Finding[] {
  return axes
    .filter(({ name }) => name === "cell")
    .map(({ name }) => ({
      path: ["matrix", "axes", name],
      ...{ at: "key", code: "reserved-name", message: "`${cell}` is the name of each cell: call the axis otherwise" },
    }));
}

function checkExclusions({ exclude = [] }: MatrixBlock, axes: readonly Axis[]): Finding[] {
  return exclude.flatMap((one, index) =>
    Object.entries(one).flatMap(([name, values]): Finding[] => {
      const path = ["matrix", "exclude", index, name];
      const axis = axes.find((each) => each.name === name);
      if (axis === undefined) {
        const names = axes.map((each) => each.name);
        return [
          { path, at: "key", code: "unknown-axis", message: `no axis "${name}"`, hint: suggestHint(name, names) },
        ];
      }
      return [values]
        .flat()
        .filter((value) => !axis.values.includes(value))
        .map((value) => ({
          ...{ path, code: "unknown-value", message: `axis "${name}" has no "${value}"` },
          hint: suggestHint(value, axis.values),
        }));
    }),
  );
}

/** An axis that fills nothing makes the same run several times, and a matrix without cells makes none. */
function checkUse(matrix: Matrix): Finding[] {
  const { axes, cells } = matrix;
  if (cells.length === 0) {
    return [{ path: ["matrix", "exclude"], code: "no-cells", message: "every combination is excluded" }];
  }
  const used = new Set<string>();
  for (const cell of cells) {
    if (used.size === axes.length) return [];
    try {
      filled(matrix, cell, 1, (axis) => used.add(axis));
    } catch (error) {
      // What is wrong with a cell is told when the cells are checked.
      if (!(error instanceof UserError)) throw error;
      return [];
    }
  }
  return axes
    .filter(({ name }) => !used.has(name))
    .map(({ name }) => ({
      path: ["matrix", "axes", name],
      ...{ at: "key", code: "unused-axis", message: "this axis fills no blank", hint: `write \${${name}} in a step` },
    }));
}

import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/errors.js";
import { matrixJunitXml } from "../../reports/matrix/junit.js";
import { matrixMarkdown } from "../../reports/matrix/markdown.js";
import { summaryOf } from "../../reports/matrix/results.js";
import type { CellRun, MatrixResults } from "../../reports/matrix/results.js";
import { writeText } from "../run-folder.js";

const FILE = "matrix.json";

/** Writes the results and their reports. Each file is replaced at once: an interrupt leaves the old one or the new one. */
export function writeResults(folder: string, results: MatrixResults): void {
  const cells = results.cells.map((cell) => ({ ...cell, summary: summaryOf(cell.runs) }));
  replace(folder, FILE, `${JSON.stringify({ ...results, cells }, null, 2)}\n`);
  replace(folder, "matrix.md", matrixMarkdown(results));
  replace(folder, "junit.xml", matrixJunitXml(results));
}

/** The results that a folder holds. Throws a UserError when it holds none. */
export function readResults(folder: string): MatrixResults {
  const path = join(folder, FILE);
  const refuse = (message: string) =>
    new UserError([
      {
        code: "cli/no-matrix",
        severity: "error",
        message: `--resume: ${message}`,
        hint: "give the folder of a matrix, such as runs/<name>/latest",
      },
    ]);
  if (!existsSync(path)) throw refuse(`${folder} has no ${FILE}`);
  const found = JSON.parse(readFileSync(path, "utf8")) as { v?: unknown };
  if (found.v !== 1) throw refuse(`${path} was written by another version of plugfest`);
  return found as MatrixResults;
}

/** The same results with one more run, which takes the place of an older one of the same number. */
export function withRun(results: MatrixResults, cell: string, run: CellRun): MatrixResults {
  return {
    ...results,
    cells: results.cells.map((one) =>
      one.id === cell
        ? {
            ...one,
            runs: [...one.runs.filter(({ repeat }) => repeat !== run.repeat), run].sort((a, b) => a.repeat - b.repeat),
          }
        : one,
    ),
  };
}

/** A folder for a run of a cell: `cells/<cell>/<repeat>`, or beside what an interrupted run left there. */
export function makeCellFolder(folder: string, cell: string, repeat: number): string {
  for (let attempt = 1; ; attempt++) {
    const name = attempt === 1 ? String(repeat) : `${String(repeat)}.${String(attempt)}`;
    const path = join("cells", cell, name);
    if (existsSync(join(folder, path))) continue;
    mkdirSync(join(folder, path), { recursive: true });
    return path;
  }
}

function replace(folder: string, name: string, text: string): void {
  const fresh = `.${name}.new`;
  writeText(folder, fresh, text);
  renameSync(join(folder, fresh), join(folder, name));
}

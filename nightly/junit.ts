import { suitesXml } from "../reports/junit-suite.js";
import type { Result } from "../reports/junit-suite.js";
import type { Night } from "./history/read.js";
import { isTrouble } from "./judge/judge.js";
import type { CellJudgement } from "./judge/judgement.js";
import { changeText, countsText } from "./words.js";

/**
 * A night as JUnit XML: a test case for each cell. What needs a person is a failure, what is unknown an error; a known
 * failure is skipped, with its reason, and so is what is gone.
 */
export function nightJunit(name: string, { runs, started, finished }: Night): string {
  const cells = finished?.judgement.cells ?? [];
  return suitesXml({
    name,
    startedMs: started.atMs,
    ms: runs.reduce((sum, { ms }) => sum + ms, 0),
    properties: [
      ["version plugfest", started.version],
      ["night", started.night],
    ],
    cases: cells.map((cell) => ({
      classname: name,
      name: cell.cell,
      ms: runs.filter((run) => run.cell === cell.cell).reduce((sum, { ms }) => sum + ms, 0),
      result: resultOf(cell),
    })),
  });
}

function resultOf(cell: CellJudgement): Result {
  const { status, reason, changes } = cell;
  const words = [status, countsText(cell), reason, ...changes.map(changeText)].filter((text) => text !== "");
  const said = words.join("; ");
  if (isTrouble(cell)) return { kind: "failure", reason: said };
  if (status === "unknown") return { kind: "error", reason: said };
  return { kind: status === "known failure" || status === "gone" ? "skipped" : "passed", reason: said };
}

import { kindOf, suitesXml } from "../junit-suite.js";
import type { TestCase } from "../junit-suite.js";
import { runFigures } from "./line.js";
import type { MatrixResults } from "./results.js";

/** A matrix as JUnit XML: a test case for each run, with its cell as the class; a cell that was not run is skipped. */
export function matrixJunitXml({ matrix, version, cells }: MatrixResults): string {
  const cases = cells.flatMap(({ id, runs }): TestCase[] => {
    const classname = `${matrix}.${id}`;
    if (runs.length === 0) {
      return [{ classname, name: "run", ms: 0, result: { kind: "skipped", reason: "this cell was not run" } }];
    }
    return runs.map((run) => ({
      classname,
      name: `run ${String(run.repeat)}`,
      ms: run.ms,
      result: {
        kind: kindOf[run.outcome],
        reason: run.outcome === "pass" ? runFigures(run) : run.reasons.join("; "),
      },
    }));
  });
  const runs = cells.flatMap((cell) => cell.runs);
  return suitesXml({
    name: matrix,
    startedMs: runs.length === 0 ? undefined : Math.min(...runs.map(({ startedMs }) => startedMs)),
    ms: runs.reduce((sum, { ms }) => sum + ms, 0),
    properties: [["version plugfest", version]],
    cases,
  });
}

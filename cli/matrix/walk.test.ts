import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { InterruptedError } from "../../core/errors.js";
import type { EventBody } from "../../core/event.js";
import { spec } from "../../lab/lab.fixture.js";
import { cellRunOf } from "../../reports/matrix/results.js";
import type { MatrixResults } from "../../reports/matrix/results.js";
import { fakeRun } from "../../scenarios/fake-lab.fixture.js";
import { readMatrix, scenarioOf } from "../../scenarios/matrix/load.js";
import { runScenario } from "../../scenarios/run.js";
import type { LoadedTopology } from "../../topologies/load.js";
import { chosenBy, placed } from "./cells.js";
import { readResults } from "./record.js";
import { walkMatrix } from "./walk.js";
import type { Turn, Walk } from "./walk.js";

const text = `name: sim
topology: \${lab}
matrix:
  axes:
    lab: [one, two]
    fault:
      disable: { disable: node1 }
      fails: { exec: { on: node1, run: "false" } }
steps:
  - \${fault}
  - exec: { on: node1, run: "echo \${cell}" }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plugfest-matrix-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
});

/** The matrix on a lab without machines, whose `false` fails. What is asked of it is told in `calls`. */
function walkOf(change: Partial<Walk> = {}, written = text) {
  const matrix = readMatrix("sim.yaml", written);
  if (matrix === undefined) throw new Error("it is no matrix");
  const calls: string[] = [];
  const cells = matrix.cells.map((cell) =>
    placed(matrix, cell, { spec: { ...spec, name: cell.values["lab"] ?? "" } } as LoadedTopology, undefined),
  );
  const results: MatrixResults = {
    ...{ v: 1, matrix: matrix.name, description: "", version: "0", commands: [], axes: matrix.axes, notes: [] },
    cells: cells.map(({ cell: { id, values }, lab }) => ({ id, values, topology: lab.spec.name, runs: [] })),
  };
  const play = async ({ placed: { cell }, repeat }: Turn) => {
    calls.push(`run ${cell.id} ${String(repeat)}`);
    const fake = fakeRun("steps:\n  - disable: node1\n", {
      exec: (_node, command) => ({ exit: command === "false" ? 1 : 0, stdout: "", stderr: "" }),
    });
    const { scenario } = scenarioOf(matrix, cell, repeat);
    const verdict = await runScenario({ ...fake.parts, scenario });
    const finished: EventBody = { type: "run.finished", verdict, folder: "" };
    const figures = cellRunOf([...fake.events, finished].map((body, seq) => ({ v: 1, seq, atMs: seq, ...body })));
    if (figures === undefined) throw new Error("the run did not finish");
    return figures;
  };
  const walk: Walk = {
    ...{ folder, results, cells, repeats: 1, play },
    settle: () => Promise.resolve(undefined),
    release: (lab) => {
      calls.push(`release ${lab.name}`);
      return Promise.resolve();
    },
    tell: () => undefined,
    note: (said) => calls.push(said),
    ...change,
  };
  return { walk, calls, matrix, play };
}

const disk = () => JSON.parse(readFileSync(join(folder, "matrix.json"), "utf8")) as MatrixResults;

describe("the cells of a matrix", () => {
  it("are run lab by lab, each once before any is run again", async () => {
    const { walk, calls } = walkOf({ repeats: 2 });
    expect(await walkMatrix(walk)).toBe("fail");
    expect(calls).toEqual([
      ...["run one_disable 1", "run one_fails 1", "run one_disable 2", "run one_fails 2", "release one"],
      ...["run two_disable 1", "run two_fails 1", "run two_disable 2", "run two_fails 2", "release two"],
    ]);
  });

  it("leave their results and reports", async () => {
    await walkMatrix(walkOf().walk);
    expect(readdirSync(folder).sort()).toEqual(["cells", "junit.xml", "matrix.json", "matrix.md"]);
    expect(disk().cells.map(({ id, runs }) => [id, runs.map(({ outcome, folder: at }) => [outcome, at])])).toEqual([
      ["one_disable", [["unknown", "cells/one_disable/1"]]],
      ["one_fails", [["fail", "cells/one_fails/1"]]],
      ["two_disable", [["unknown", "cells/two_disable/1"]]],
      ["two_fails", [["fail", "cells/two_fails/1"]]],
    ]);
  });

  it("that have run are on the disk when the matrix is interrupted; it goes on where it was", async () => {
    const { walk, calls, play } = walkOf();
    const interrupted = walkMatrix({
      ...walk,
      play: (turn) =>
        turn.placed.cell.id === "one_fails" ? Promise.reject(new InterruptedError("SIGINT")) : play(turn),
    });
    await expect(interrupted).rejects.toThrow("interrupted");
    expect(calls).toEqual(["run one_disable 1", "release one"]);
    calls.length = 0;
    const before = readResults(folder);
    expect(before.cells.flatMap(({ runs }) => runs)).toHaveLength(1);
    await walkMatrix({ ...walk, results: before });
    expect(calls).toEqual(["run one_fails 1", "release one", "run two_disable 1", "run two_fails 1", "release two"]);
    // What the interrupted run left is not written over.
    expect(readdirSync(join(folder, "cells", "one_fails")).sort()).toEqual(["1", "1.2"]);
  });

  it("give the worst verdict of those that were asked for", async () => {
    const { walk } = walkOf();
    const only = (id: string) => walk.cells.filter(({ cell }) => cell.id === id);
    expect(await walkMatrix({ ...walk, cells: only("one_disable") })).toBe("unknown");
    expect(await walkMatrix({ ...walk, cells: only("one_fails") })).toBe("fail");
  });

  it("say what was wrong with a lab between them", async () => {
    const { walk, calls } = walkOf();
    await walkMatrix({ ...walk, settle: ({ name }) => Promise.resolve(name === "two" ? "it is ill" : undefined) });
    expect(calls).toContain("after run 1 of two_disable: it is ill");
    expect(disk().notes).toEqual(["after run 1 of two_disable: it is ill", "after run 1 of two_fails: it is ill"]);
  });
});

describe("--cell", () => {
  const cells = (filter: string) => {
    const { matrix } = walkOf();
    return matrix.cells.filter(chosenBy(filter, matrix.axes)).map(({ id }) => id);
  };

  it("takes any of an axis's values and all of the axes", () => {
    expect(cells("fault=fails")).toEqual(["one_fails", "two_fails"]);
    expect(cells("fault=fails, lab=two")).toEqual(["two_fails"]);
    expect(cells("fault=fails,fault=disable,lab=one")).toEqual(["one_disable", "one_fails"]);
  });

  it("refuses an axis and a value that there are not", () => {
    expect(() => cells("fualt=fails")).toThrow('--cell: no axis "fualt"');
    expect(() => cells("fault=fail")).toThrow('--cell: no fault "fail"');
  });
});

describe("the definition of a cell", () => {
  const definitions = (written: string) => walkOf({}, written).walk.cells.map(({ definition }) => definition);

  it("changes with what the cell is, and not with the others", () => {
    const changed = definitions(text.replace("disable: { disable: node1 }", "disable: { disable: node2 }"));
    const [disable, fails] = definitions(text);
    expect(changed[0]).not.toBe(disable);
    expect(changed[1]).toBe(fails);
  });

  it("changes with its lab", () => {
    const [one, , two] = definitions(text);
    expect(one).not.toBe(two);
  });
});

import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import type { CopyEvidence, Event, EventBody } from "../../core/event.js";
import { matrixJunitXml } from "./junit.js";
import { runLine } from "./line.js";
import { matrixMarkdown } from "./markdown.js";
import { percentile } from "./percentile.js";
import { cellRunOf, summaryOf } from "./results.js";
import type { CellRun, MatrixResults } from "./results.js";

const run = (more: Partial<CellRun>): CellRun => ({
  ...{ repeat: 1, folder: "cells/a/1", definition: "d", startedMs: 1000, ms: 20_000, outcome: "pass", reasons: [] },
  ...{ grade: "G4", failovers: 1, stallMs: 500 },
  ...more,
});

const results: MatrixResults = {
  ...{ v: 1, matrix: "mine", description: "What it shows.", version: "1.2.3", commands: ["plugfest run mine.yaml"] },
  ...{ axes: [{ name: "fault", values: ["stop", "ban", "crash"] }], notes: ["the lab was ill"] },
  cells: [
    {
      ...{ id: "stop", values: { fault: "stop" }, topology: "redmond" },
      runs: [
        run({}),
        run({ repeat: 2, stallMs: 900 }),
        run({ repeat: 3, stallMs: null, grade: null, outcome: "unknown", reasons: ["no <move>|seen\n"] }),
      ],
    },
    { ...{ id: "ban", values: { fault: "ban" }, topology: "redmond" }, runs: [run({ stallMs: 12_000 })] },
    { ...{ id: "crash", values: { fault: "crash" }, topology: "redmond" }, runs: [] },
  ],
};

describe("a percentile", () => {
  it("is a value that was measured: the smallest that so many do not exceed", () => {
    const twenty = Array.from({ length: 20 }, (_, index) => index + 1).reverse();
    expect([percentile(twenty, 0.5), percentile(twenty, 0.95)]).toEqual([10, 19]);
    expect([percentile([3, 1, 2], 0.5), percentile([3, 1, 2], 0.95)]).toEqual([2, 3]);
    expect(percentile([7], 0.5)).toBe(7);
  });
});

describe("a cell's figures", () => {
  it("are those of its runs; what was not measured is not in the percentiles", () => {
    expect(summaryOf(results.cells[0]?.runs ?? [])).toEqual({
      ...{ n: 3, outcome: "unknown", outcomes: { pass: 2, unknown: 1 }, grades: { G4: 2, unknown: 1 } },
      stall: { n: 2, p50Ms: 500, p95Ms: 900 },
    });
    expect(summaryOf([])).toEqual({ n: 0, outcome: null, outcomes: {}, grades: {}, stall: null });
  });

  it("take the worst grade and the longest stall of a run's workloads", () => {
    const evidence = (more: Partial<CopyEvidence>): EventBody => ({
      type: "evidence",
      copy: "dvd",
      evidence: {
        ...{ grade: "G4", gradeReason: "", failovers: 1, stallMs: 500, servedBefore: null, servedAfter: null },
        ...{ facts: [], ...more },
      },
    });
    const fold = (...bodies: EventBody[]) =>
      cellRunOf(bodies.map((body, seq): Event => ({ v: 1, seq, atMs: seq * 1000, ...body })));
    const finished: EventBody = { type: "run.finished", verdict: { outcome: "pass", reasons: [] }, folder: "" };
    expect(fold(evidence({}), evidence({ grade: "G2", stallMs: 900 }), finished)).toEqual({
      ...{ startedMs: 0, ms: 2000, outcome: "pass", reasons: [], grade: "G2", failovers: 2, stallMs: 900 },
    });
    expect(fold(evidence({}), evidence({ grade: null, stallMs: null }), finished)).toMatchObject({ grade: null });
    expect(fold(evidence({ grade: "G0" }), finished)).toMatchObject({ grade: "G0", stallMs: null });
    expect(fold(finished)).toMatchObject({ grade: null, failovers: null, stallMs: null });
    expect(fold(evidence({}))).toBeUndefined();
  });
});

describe("a matrix as Markdown", () => {
  const lines = matrixMarkdown(results).split("\n");

  it("has a row for each cell, also for one that was not run", () => {
    expect(lines.filter((line) => line.startsWith("|"))).toEqual([
      "| fault | n   | verdict           | grade           | stall p50 | stall p95 |",
      "| ----- | --- | ----------------- | --------------- | --------- | --------- |",
      "| stop  | 3   | 2 pass, 1 unknown | 2 G4, 1 unknown | 500 ms    | 900 ms    |",
      "| ban   | 1   | pass              | G4              | 12.0 s    | 12.0 s    |",
      "| crash | 0   |                   |                 |           |           |",
    ]);
  });

  it("says why a run is no pass, what happened between the runs, and how it was made", () => {
    expect(lines).toContain("- stop, run 3: unknown: no <move>|seen (cells/a/1)");
    expect(lines).toContain("- the lab was ill");
    expect(lines).toContain("$ plugfest run mine.yaml");
  });
});

describe("a matrix as JUnit XML", () => {
  it("has a test case for each run, and one that is skipped for a cell without", () => {
    const found: string[] = [];
    const parser = new SaxesParser();
    parser.on("opentag", ({ name, attributes }) => {
      const { classname = "", message = "" } = attributes as Record<string, string>;
      if (name === "testcase") found.push(`${classname} ${String((attributes as Record<string, string>)["name"])}`);
      else if (message !== "") found.push(`${name}: ${message}`);
      else if (name === "testsuite") found.push(JSON.stringify(attributes));
    });
    parser.write(matrixJunitXml(results)).close();
    expect(found[0]).toContain('"tests":"5","failures":"0","errors":"1","skipped":"1","time":"80.000"');
    expect(found.slice(1)).toEqual([
      ...["mine.stop run 1", "mine.stop run 2", "mine.stop run 3", "error: no <move>|seen\n"],
      ...["mine.ban run 1", "mine.crash run", "skipped: this cell was not run"],
    ]);
  });
});

describe("a run in a line", () => {
  it("has verdict, cell, figures, and the reason when it is no pass", () => {
    expect(runLine("stop", run({ repeat: 2 }), { width: 6, of: 3 })).toBe(
      "PASS    stop   2/3  G4, stall 500 ms (20.0 s)",
    );
    const failed = run({ outcome: "fail", reasons: ["G0: it broke"], grade: "G0", stallMs: null });
    expect(runLine("stop", failed, { width: 4, of: 1 })).toBe(
      "FAIL    stop  G0, no stall measured (20.0 s): G0: it broke",
    );
  });
});

import { describe, expect, it } from "vitest";
import { estimates } from "./estimate.js";
import { nightStarted, plannedCell, runRecord } from "./history/history.fixture.js";
import type { Night } from "./history/read.js";
import type { NightCell } from "./night-cell.js";
import { inLabs } from "./order.js";

const cell = (name: string, lab: string) =>
  ({ ...plannedCell(name), lab: { spec: { name: lab, source: `${name}.yaml` } } }) as unknown as NightCell;
const cells = [cell("a", "one"), cell("b", "one"), cell("c", "two"), cell("d", "two"), cell("e", "three")];
const named = (groups: readonly (readonly NightCell[])[]) => groups.map((group) => group.map((one) => one.cell));

const night = (
  outcomes: Readonly<Record<string, "pass" | "fail" | "unknown">>,
  planned = Object.keys(outcomes),
): Night => ({
  started: nightStarted(
    "n",
    planned.map((name) => plannedCell(name)),
  ),
  runs: Object.entries(outcomes).map(([name, outcome]) =>
    runRecord("n", { cell: name, outcome, ms: 1000 * name.length }),
  ),
  finished: undefined,
});

describe("the order of cells", () => {
  it("is that of the file in the first night, lab by lab", () => {
    expect(named(inLabs(cells, []))).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  });

  it("has what failed the last night first, then what was not reached, then what is new", () => {
    const last = night({ a: "pass", b: "pass", d: "fail" }, ["a", "b", "c", "d"]);
    expect(named(inLabs(cells, [night({ a: "fail" }), last]))).toEqual([["d", "c"], ["e"], ["a", "b"]]);
  });
});

describe("an estimate", () => {
  it("is the median of a cell's own runs, else of its scenario's, else none", () => {
    const nights = [4, 2, 6].map((seconds) => ({
      ...night({ a: "pass" }),
      runs: [runRecord("n", { cell: "a", ms: seconds * 1000 })],
    }));
    const estimate = estimates(nights);
    expect(estimate({ cell: "a", scenario: "disable" })).toBe(4000);
    expect(estimate({ cell: "z", scenario: "disable" })).toBe(4000);
    expect(estimate({ cell: "z", scenario: "other" })).toBeNull();
  });
});

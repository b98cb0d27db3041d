import { render } from "ink-testing-library";
import { describe, expect, it } from "vitest";
import type { RunState } from "../../reports/run-state.js";
import { emptyRun } from "../../reports/run-state.js";
import { RunView } from "./run-view.js";

const run: RunState = {
  ...emptyRun,
  scenario: "redmond-failover",
  topology: "redmond",
  startedMs: 0,
  nowMs: 41_000,
  nodes: [
    { node: "node1", pnn: 0, flags: ["Disabled"] },
    { node: "node2", pnn: 1, flags: [] },
  ],
  addresses: [{ address: "10.77.2.101", node: "node2" }],
  transfers: [
    {
      key: "dvd",
      title: "copy dvd",
      size: 4_700_000_000,
      done: 1_880_000_000,
      startedMs: 0,
      lastMs: 9400,
      rate: 2e8,
      samples: [],
      state: "stalled",
      note: "lost 10.77.2.101",
    },
  ],
  faults: [{ text: "disable node1", atMs: 20_000, healed: false }],
};

describe("the view of a run", () => {
  it("shows copy, nodes, addresses and fault, without relying on colour", () => {
    const frame = render(<RunView run={run} columns={120} />).lastFrame() ?? "";
    expect(frame).toContain("redmond-failover on redmond  41.0 s");
    expect(frame).toMatch(/copy dvd .*40 % {2}1\.88 GB {2}200 MB\/s {2}stalled {2}lost 10\.77\.2\.101/);
    expect(frame).toMatch(/node1 +Disabled/);
    expect(frame).toMatch(/node2 +OK +10\.77\.2\.101/);
    expect(frame).toContain("fault at 20.0 s: disable node1");
  });

  it("cuts no reason: a long one goes on in the next line, below itself", () => {
    const reason = `G4: DH2C answered with success by node1 at 10.77.2.101 (client port 34120) with the persistent flag`;
    const checks = [{ check: "dvd: grade", outcome: "pass" as const, reason }];
    const frame = render(<RunView run={{ ...run, checks }} columns={79} />).lastFrame() ?? "";
    expect(frame.replace(/\s+/g, " ")).toContain(reason);
    expect(frame).toMatch(/^pass {5}dvd: grade: G4: [^\n]+\n {9}\S/m);
    expect(Math.max(...frame.split("\n").map((line) => line.length))).toBeLessThanOrEqual(79);
  });

  it("shows the newest of a long run, and keeps on the screen", () => {
    const many = Array.from({ length: 100 }, (_, i) => i);
    const long: RunState = {
      ...run,
      transfers: many.map((i) => ({ ...run.transfers[0]!, key: String(i), title: `copy c${String(i)}` })),
      faults: many.map((i) => ({ text: `fault ${String(i)}`, atMs: i, healed: true })),
      stalls: many.map((i) => ({ copy: `c${String(i)}`, stallMs: 1, phases: [] })),
      checks: many.map((i) => ({ check: `check ${String(i)}`, outcome: "pass", reason: "well" })),
    };
    const frame = render(<RunView run={long} columns={79} />).lastFrame() ?? "";
    expect(frame.split("\n").length).toBeLessThan(32);
    for (const newest of ["copy c99", "fault 99", "c99: stall", "check 99"]) expect(frame).toContain(newest);
  });

  it("never is wider than the terminal", () => {
    const frame = render(<RunView run={run} columns={60} />).lastFrame() ?? "";
    expect(Math.max(...frame.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
  });
});

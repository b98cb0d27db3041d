import { describe, expect, it } from "vitest";
import { emptyRun } from "./run-state.js";
import type { RunState } from "./run-state.js";
import { summaryText } from "./summary.js";

const run: RunState = {
  ...emptyRun,
  transfers: [
    {
      ...{ key: "dvd", title: "copy dvd", size: 1e9, done: 1e9, startedMs: 0, lastMs: 5000, rate: 0, samples: [] },
      ...{ state: "finished", note: "" },
    },
  ],
  stalls: [
    {
      ...{ copy: "dvd", stallMs: 489 },
      phases: [{ name: "release", evidence: "node3 gave it up (ctdb)", fromMs: 10, toMs: 110 }],
    },
  ],
  checks: [{ check: "dvd: grade", outcome: "fail", reason: "G2; expected G4" }],
  proofs: [{ check: "dvd: grade", proven: false, reason: "it did not turn red with: a silent re-open" }],
  verdict: { outcome: "fail", reasons: ["dvd: grade: G2; expected G4"] },
  folder: "runs/demo/1",
};

describe("the summary of a run", () => {
  it("begins with the verdict and its reasons, and ends with where everything lies", () => {
    const lines = summaryText(run).split("\n");
    expect(lines[0]).toBe("verdict   FAIL");
    expect(lines[1]).toContain("dvd: grade: G2; expected G4");
    expect(lines.at(-1)).toBe("run       runs/demo/1");
  });

  it("tells the seed on the line of the verdict, where faults were drawn from it", () => {
    expect(summaryText({ ...run, drawnFrom: "00ff" }).split("\n")[0]).toBe("verdict   FAIL (seed 00ff)");
  });

  it("has every check, the copy's mean speed, and the phases with their evidence", () => {
    const text = summaryText(run);
    expect(text).toContain("fail      dvd: grade: G2; expected G4");
    expect(text).toContain("unproven  dvd: grade: it did not turn red with: a silent re-open");
    expect(text).toContain("copy dvd: 1.00 GB in 5.00 s, 200 MB/s");
    expect(text).toMatch(/stall {5}489 ms\n +release +100 ms {2}node3 gave it up \(ctdb\)/);
  });

  it("tells each of several stalls, and of many the last", () => {
    const [stall] = run.stalls;
    const several = summaryText({ ...run, stalls: [stall!, { ...stall!, copy: "iso", stallMs: 600 }] });
    expect(several).toContain("stall     489 ms of dvd\n          release");
    expect(several).toContain("stall     600 ms of iso\n          release");
    const many = summaryText({ ...run, stalls: Array.from({ length: 100 }, () => stall!) });
    expect(many.match(/^stall /gm)).toHaveLength(20);
    expect(many).toContain("100 stalls, of which these are the last");
  });

  it("fits into 80 columns, and cuts nothing", () => {
    const reason = `md5 ${"0".repeat(32)} and sha256 ${"f".repeat(64)} at the source, on node1, node2, node3, store`;
    const wide = { ...run, checks: [{ check: "dvd: content", outcome: "pass" as const, reason }] };
    const text = summaryText(wide, 80);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text.replace(/\s+/g, " ")).toContain(reason);
  });

  it("says of a run without a verdict that it has none, and of what was not measured nothing", () => {
    expect(summaryText(emptyRun)).toBe("verdict   none: the run did not finish");
  });
});

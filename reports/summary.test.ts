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
  phases: [{ name: "release", evidence: "node3 gave it up (ctdb)", fromMs: 10, toMs: 110 }],
  stallMs: 489,
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

  it("says of a run without a verdict that it has none, and of what was not measured nothing", () => {
    expect(summaryText(emptyRun)).toBe("verdict   none: the run did not finish");
  });
});

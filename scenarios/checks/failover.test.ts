import { describe, expect, it } from "vitest";
import type { CopyEvidence } from "../../core/event.js";
import { failovers } from "./failovers.js";
import { grade } from "./grade.js";
import { stall } from "./stall.js";
import type { FailoverFacts } from "./failover-facts.js";

const checkFailovers = (wanted: number, facts: FailoverFacts) => failovers.judge(wanted, facts);
const checkGrade = (wanted: "G3" | "G4", facts: FailoverFacts) =>
  grade.judge(wanted, { ...facts, profile: "persistent" });
const checkStall = (under: number, facts: FailoverFacts) => stall.judge({ under }, facts);

const evidence: CopyEvidence = {
  grade: "G4",
  gradeReason: "DH2C with the persistent flag was answered by node2",
  failovers: 1,
  stallMs: 400,
  servedBefore: "node1",
  servedAfter: "node2",
  facts: [],
};
const sure = { evidence, doubts: [] };

describe("the checks of a failover", () => {
  it("pass when the evidence agrees", () => {
    expect(checkFailovers(1, sure)).toEqual({ outcome: "pass", reason: "1 failover, from node1 to node2" });
    expect(checkGrade("G4", sure).outcome).toBe("pass");
    expect(checkStall(5000, sure)).toEqual({ outcome: "pass", reason: "0.400 s" });
  });

  it("fail when the evidence disagrees", () => {
    expect(checkFailovers(2, sure).outcome).toBe("fail");
    expect(checkGrade("G3", sure).outcome).toBe("fail");
    expect(checkStall(400, sure).outcome).toBe("fail");
  });

  it("are unknown, whatever the evidence says, when it is in doubt", () => {
    const doubtful = { evidence, doubts: ["the copy ended before the fault"] };
    for (const finding of [checkFailovers(1, doubtful), checkGrade("G4", doubtful), checkStall(5000, doubtful)]) {
      expect(finding).toEqual({ outcome: "unknown", reason: "the copy ended before the fault" });
    }
  });

  it("are unknown without evidence", () => {
    const none = { evidence: undefined, doubts: [] };
    for (const finding of [checkFailovers(0, none), checkGrade("G4", none), checkStall(5000, none)]) {
      expect(finding.outcome).toBe("unknown");
    }
  });

  it("leave an undecided grade and an unmeasured stall unknown", () => {
    expect(checkGrade("G4", { ...sure, evidence: { ...evidence, grade: null, gradeReason: "empty capture" } })).toEqual(
      {
        outcome: "unknown",
        reason: "empty capture",
      },
    );
    expect(checkStall(5000, { ...sure, evidence: { ...evidence, stallMs: null } }).outcome).toBe("unknown");
  });
});

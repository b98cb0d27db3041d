import { beforeAll, describe, expect, it } from "vitest";
import type { Observed } from "../evidence/observed.js";
import { withEvents } from "../evidence/tamper.js";
import { failovers } from "./failovers.js";
import { grade } from "./grade.js";
import { recorded } from "./recorded.fixture.js";
import { stall } from "./stall.js";

let observed: Observed;
beforeAll(async () => {
  observed = await recorded();
});

const checkFailovers = (wanted: number, seen: Observed | undefined) => failovers.judge(wanted, { observed: seen });
const checkGrade = (wanted: Parameters<typeof grade.judge>[0], seen: Observed | undefined) =>
  grade.judge(wanted, { observed: seen, profile: "persistent" });
const phases = (wanted: object, seen: Observed | undefined) =>
  stall.judge({ under: 5000, phases: wanted }, { observed: seen, runtime: "docker" });
const checkStall = (
  under: Parameters<typeof stall.judge>[0]["under"],
  seen: Observed | undefined,
  runtime: "docker" | "qemu" = "docker",
) => stall.judge({ under }, { observed: seen, runtime });

describe("the checks of a failover", () => {
  it("pass when the evidence agrees", () => {
    expect(checkFailovers(1, observed)).toEqual({ outcome: "pass", reason: "1 failover, from node1 to node2" });
    expect(checkGrade("G4", observed).outcome).toBe("pass");
    expect(checkStall(5000, observed)).toEqual({ outcome: "pass", reason: "0.446 s" });
  });

  it("fail when the evidence disagrees", () => {
    expect(checkFailovers(2, observed).outcome).toBe("fail");
    expect(checkGrade("G3", observed).outcome).toBe("fail");
    expect(checkStall(446, observed).outcome).toBe("fail");
    expect(checkStall({ docker: 446, qemu: 5000 }, observed).outcome).toBe("fail");
    expect(checkStall({ docker: 446, qemu: 5000 }, observed, "qemu").outcome).toBe("pass");
    expect(checkStall({ docker: 5000 }, observed, "qemu").outcome).toBe("unknown");
  });

  it("pass with any of several grades, and fail with another", () => {
    expect(checkGrade(["G3", "G4"], observed).outcome).toBe("pass");
    expect(checkGrade({ persistent: ["G2", "G4"] }, observed).outcome).toBe("pass");
    const { outcome, reason } = checkGrade({ persistent: ["G2", "G3"], durable: "G4" }, observed);
    expect(outcome).toBe("fail");
    expect(reason).toMatch(/expected G2 or G3$/);
  });

  it("are unknown, whatever the evidence says, when it is in doubt", () => {
    const doubtful = { ...observed, faultsExpected: 2 };
    for (const finding of [checkFailovers(1, doubtful), checkGrade("G4", doubtful), checkStall(5000, doubtful)]) {
      expect(finding).toEqual({ outcome: "unknown", reason: "1 of 2 faults came about: the copy ended before that" });
    }
  });

  it("are unknown without evidence", () => {
    for (const finding of [checkFailovers(0, undefined), checkGrade("G4", undefined), checkStall(5000, undefined)]) {
      expect(finding.outcome).toBe("unknown");
    }
  });

  it("leave a phase that was not observed unknown, unless the one that it is part of is short enough", () => {
    const unlogged = { ...observed, ctdb: [] };
    expect(phases({ takeover: 300, reclaim: 300 }, observed)).toEqual({
      outcome: "pass",
      reason: "0.446 s; takeover 0.238 s, reclaim 0.072 s",
    });
    expect(phases({ takeover: 1000 }, unlogged)).toEqual({
      outcome: "pass",
      reason: "0.446 s; takeover (with announce) 0.244 s",
    });
    const tooLong = phases({ takeover: 10 }, unlogged);
    expect(tooLong.outcome).toBe("unknown");
    expect(tooLong.reason).toMatch(/^takeover \(with announce\) 0.244 s, expected under 0.010 s/);
    const late = phases({ reclaim: 10 }, observed);
    expect(late.outcome).toBe("fail");
    expect(late.reason).toMatch(/^reclaim 0.072 s, expected under 0.010 s; handle reclaimed by DH2C/);
    expect(phases({ reclaim: 10 }, { ...observed, faults: [], faultsExpected: 0 })).toEqual({
      outcome: "unknown",
      reason: "no stall was divided into phases",
    });
  });

  it("leave an undecided grade unknown", () => {
    const untold = withEvents(observed, (event) => (event.type === "copy.reclaim" ? undefined : event));
    expect(checkGrade("G4", untold)).toEqual({
      outcome: "unknown",
      reason: "the client went on without telling of a reclaim or a new handle",
    });
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { TransferResult } from "../core/event.js";
import type { AnyCheck } from "./checks/check.js";
import { pass, fail } from "./checks/finding.js";
import { recorded, recordedHold } from "./checks/recorded.fixture.js";
import { checks } from "./checks/table.js";
import type { Observed } from "./evidence/observed.js";
import { PHASES } from "./evidence/phases.js";
import { prove } from "./prove.js";

let observed: Observed;
let held: Observed;
beforeAll(async () => {
  observed = await recorded();
  held = await recordedHold();
});

const budgets = Object.fromEntries(PHASES.map((name) => [name, 300]));

/** For each check, what it judges in a run in which it passes. */
function passing(name: string): { wanted: unknown; facts: unknown } {
  const read: TransferResult = { bytes: 100, seconds: 1, md5: "m", sha256: "s", mismatch: null, gaps: [] };
  const state = { nodes: [{ node: "node1", pnn: 0, flags: [] }], addresses: [{ address: "10.7.0.1", node: "node1" }] };
  const of: Record<string, { wanted: unknown; facts: unknown }> = {
    failovers: { wanted: 1, facts: { observed } },
    grade: { wanted: "G4", facts: { observed, profile: "persistent" } },
    stall: { wanted: { under: 5000, phases: budgets }, facts: { observed } },
    tickle: { wanted: "sent", facts: { observed } },
    content: {
      wanted: "identical",
      facts: { sizeBytes: 100, source: read, places: ["store"], readBacks: new Map([["store", read]]) },
    },
    lease: { wanted: "RWH", facts: { observed: held } },
    locks: { wanted: "held", facts: { observed: held } },
    cluster: { wanted: "healthy", facts: { state, nodes: 1, afterMs: 0 } },
  };
  return of[name] ?? { wanted: undefined, facts: undefined };
}

const proofOf = (check: AnyCheck, { wanted, facts }: { wanted: unknown; facts: unknown }) =>
  prove({
    ...{ check, name: check.name, wanted, facts, subject: undefined },
    finding: check.judge(wanted as never, facts as never),
  });

describe("every check", () => {
  it.each(checks.map((check) => [check.name, check] as const))(
    "%s is proven: each defect turns it red",
    async (name, check) => {
      const proof = await proofOf(check, passing(name));
      expect(proof.reason).toMatch(/^turned red/);
      expect(proof.defects.map((defect) => `${defect.name}: ${defect.result}`)).toEqual(
        check.defects.map((defect) => `${defect.name}: caught`),
      );
    },
  );
});

describe("a check is unproven", () => {
  const smaller = (defects: AnyCheck["defects"]): AnyCheck => ({
    ...{ name: "smaller", about: "lab", schema: z.number(), docs: { field: "", passes: "" } },
    gather: () => undefined,
    judge: (wanted: never, facts: never) => (Number(facts) < Number(wanted) ? pass("yes") : fail("no")),
    defects,
  });
  const grows = { name: "it grows", turns: "fail", plant: () => 9 } as const;
  const same = { name: "a blind spot", turns: "fail", plant: () => 1 } as const;
  const placeless = { name: "elsewhere", turns: "fail", plant: () => undefined } as const;
  const missing = { name: "it is missing", turns: "unknown", plant: () => 9 } as const;
  const reasonOf = async (defects: AnyCheck["defects"], facts = 1) => {
    const { proven, reason } = await proofOf(smaller(defects), { wanted: 5, facts });
    return { proven, reason };
  };

  it("when a planted defect leaves it green", async () => {
    expect(await reasonOf([grows, same])).toEqual({ proven: false, reason: "it did not turn red with: a blind spot" });
  });

  it("when a defect makes it certain of what is not known", async () => {
    expect((await reasonOf([grows, missing])).reason).toBe("it did not turn red with: it is missing");
  });

  it("when no defect had a place", async () => {
    expect((await reasonOf([placeless])).reason).toMatch(/^it was never red/);
  });

  it("when it did not pass to begin with", async () => {
    expect((await reasonOf([grows], 7)).reason).toMatch(/^it did not pass in this run/);
  });

  it("and is else proven, whatever had no place", async () => {
    expect(await reasonOf([grows, placeless])).toEqual({
      proven: true,
      reason: "turned red with 1 planted defects: it grows",
    });
  });
});

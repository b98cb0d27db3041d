import { beforeAll, describe, expect, it } from "vitest";
import { conclude } from "./conclude.js";
import type { CaptureEvidence, WireFact, WireReclaim } from "./facts.js";
import { fixture } from "./fixtures/fixture.js";
import type { Fixture } from "./fixtures/fixture.js";
import { gradeCopy } from "./grade.js";

let recorded: Fixture;
beforeAll(async () => (recorded = await fixture("kernel")));

const grade = (capture: CaptureEvidence = recorded.capture) =>
  gradeCopy({ ...recorded, capture, holders: [], faults: [recorded.fault] });

function rewired(change: (fact: WireFact) => WireFact | undefined): CaptureEvidence {
  if (recorded.capture.kind === "absent") throw new Error("the fixture has no capture");
  const { wire } = recorded.capture;
  return { ...recorded.capture, wire: { ...wire, facts: wire.facts.flatMap((fact) => change(fact) ?? []) } };
}

const isAnew = (fact: WireFact) => fact.what === "opened" && fact.again;

/** The reclaim answered with success, and no new handle after it. */
const given = (change: Partial<WireReclaim> = {}) =>
  rewired((fact) => {
    if (isAnew(fact)) return undefined;
    return fact.what === "reclaimed" ? { ...fact, status: 0, ...change } : fact;
  });

describe("the grade of a failover that a kernel's client hides", () => {
  it("is G2 where the wire shows a new handle, with the refusal before it", () => {
    expect(grade()).toMatchObject({
      ...{ grade: "G2", failovers: 1, servedBefore: "node2", servedAfter: "node1" },
      gradeReason: "a new handle from node1: DH2C was refused with 0xC0000034 (wire)",
    });
  });

  it("is G4 or G3 where the wire shows a reclaim, though the client says nothing of one", () => {
    expect(grade(given())).toMatchObject({ grade: "G4" });
    expect(grade(given({ persistent: false, how: "DHnC" }))).toMatchObject({ grade: "G3" });
  });

  it("is G2 where a new handle comes after a reclaim", () => {
    const both = rewired((fact) => (fact.what === "reclaimed" ? { ...fact, status: 0 } : fact));
    expect(grade(both)).toMatchObject({ grade: "G2" });
  });

  it("is unknown where the wire shows neither, nobody answered, or persistence was not granted", () => {
    const bare = rewired((fact) => (isAnew(fact) || fact.what === "reclaimed" ? undefined : fact));
    expect(grade(bare)).toMatchObject({ grade: null });
    expect(grade(bare).gradeReason).toMatch(/neither a reclaim nor a new handle/);
    expect(grade(given({ node: null }))).toMatchObject({ grade: null });
    const capture = given();
    if (capture.kind === "absent") throw new Error("the fixture has no capture");
    const facts = capture.wire.facts.map((fact) => (fact.what === "opened" ? { ...fact, granted: null } : fact));
    expect(grade({ ...capture, wire: { ...capture.wire, facts } })).toMatchObject({ grade: null });
    expect(grade({ kind: "absent", reason: "tcpdump was killed" })).toMatchObject({ grade: null });
  });

  it("rests on phases that sum to the stall, and on nothing in doubt", () => {
    const { fault, events, ctdb, capture } = recorded;
    const held = (node: string) => [{ address: "10.81.2.101", node }];
    const { doubts, stalls } = conclude({
      ...{ events, ctdb, capture, faultsExpected: 1, holdersBefore: held("node2"), holdersAfter: held("node1") },
      faults: [{ fault: "disable", nodes: [fault.node], ...fault, serving: true, movesAddresses: true, aimed: true }],
    });
    expect(doubts).toEqual([]);
    expect(stalls[0]?.phases?.map(({ name }) => name)).toEqual([
      "release",
      "takeover",
      "announce",
      "notice",
      "connect",
      "session",
      "reclaim",
      "first-write",
    ]);
  });
});

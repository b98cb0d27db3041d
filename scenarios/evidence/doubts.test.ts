import { beforeAll, describe, expect, it } from "vitest";
import type { CopyEvent } from "../../core/event.js";
import { doubtsOf } from "./doubts.js";
import type { RunFacts } from "./doubts.js";
import { fixture } from "./fixtures/fixture.js";
import { gradeCopy } from "./grade.js";

let sound: RunFacts;
beforeAll(async () => {
  const recorded = await fixture("persistent");
  const { startedMs, node } = recorded.fault;
  const held = (by: string) => [
    { address: "10.91.1.101", node: by },
    { address: "10.91.1.102", node: "node3" },
  ];
  sound = {
    events: recorded.events,
    faultsExpected: 1,
    faults: [
      {
        fault: "disable",
        nodes: [node],
        startedMs,
        doneMs: startedMs + 500,
        serving: true,
        movesAddresses: true,
        aimed: true,
      },
    ],
    holdersBefore: held("node1"),
    holdersAfter: held("node2"),
    ctdb: [],
    capture: recorded.capture,
    evidence: gradeCopy({ ...recorded, holders: held("node1"), faults: [] }),
  };
});

const doubts = (change: Partial<RunFacts>) => doubtsOf({ ...sound, ...change }).join("; ");
const fault = (change: Partial<RunFacts["faults"][number]>) => ({ faults: [{ ...sound.faults[0]!, ...change }] });
const without = (...types: CopyEvent["type"][]) => sound.events.filter(({ type }) => !types.includes(type));

/** The address of the copy was taken by a node, so long after the fault. */
const taken = (node: string, afterMs: number): RunFacts["ctdb"][number] => ({
  ...{ what: "taken", node, address: "10.91.1.101", atMs: sound.faults[0]!.startedMs + afterMs },
});

describe("a run is in no doubt", () => {
  it("when a serving node was hit, its address moved, and the capture saw it", () => {
    expect(doubtsOf(sound)).toEqual([]);
  });

  it("when the address moved and was back before the copy ended, as CTDB's log says", () => {
    const ctdb = [taken("node2", 300), taken("node1", 2_000)];
    expect(doubts({ ctdb, holdersAfter: sound.holdersBefore })).toBe("");
    expect(doubts({ ctdb, holdersAfter: null })).toBe("");
  });

  it("when no fault was wanted: then it needs no capture either", () => {
    const change = { faultsExpected: 0, faults: [], holdersBefore: null, holdersAfter: null };
    expect(doubts({ ...change, capture: { kind: "absent", reason: "not asked for" } })).toBe("");
  });

  it("when the fault is one that moves no address", () => {
    expect(doubts({ ...fault({ movesAddresses: false }), holdersAfter: sound.holdersBefore })).toBe("");
  });
});

describe("faults of a nemesis", () => {
  it("may hit bystanders, and addresses may be back", () => {
    expect(doubts({ ...fault({ aimed: false, serving: false }), faultsExpected: 0 })).toBe("");
    expect(doubts({ ...fault({ aimed: false }), faultsExpected: 0, holdersAfter: sound.holdersBefore })).toBe("");
  });

  it("are none of those that the scenario wanted besides", () => {
    expect(doubts(fault({ aimed: false }))).toMatch(/^0 of 1 faults came about/);
  });
});

describe("a run is in doubt", () => {
  it("when the capture shows another signing algorithm than the client says", () => {
    const events = sound.events.map((event) =>
      event.type === "copy.connected" ? { ...event, signing: "aes-cmac" } : event,
    );
    expect(doubts({ events })).toBe("the client says it signs by aes-cmac, the capture shows aes-gmac");
  });

  it("when the capture shows another cipher than the client says, or nothing encrypted", () => {
    const events = sound.events.map((event) =>
      event.type === "copy.connected" ? { ...event, encryption: "aes-128-gcm" } : event,
    );
    expect(doubts({ events })).toBe(
      "the client says it encrypts by aes-128-gcm, the capture shows none; " +
        "the client says it encrypts by aes-128-gcm, the capture shows no encrypted message",
    );
  });

  it("when the copy ended before the fault", () => {
    expect(doubts(fault({ startedMs: sound.faults[0]!.startedMs + 60_000 }))).toBe(
      "the copy ended before disable of node1 was issued",
    );
  });

  it("when the copy ended, untouched, before the fault took effect", () => {
    const untouched = { events: without("copy.lost", "copy.reclaim", "copy.resumed") };
    const during = fault({ doneMs: sound.faults[0]!.startedMs + 60_000 });
    expect(doubts({ ...untouched, ...during })).toContain("the copy ended before disable of node1 took effect");
    expect(doubts(during)).toBe("");
    // One that failed meanwhile felt it: a storage that runs full does not wait for the last byte.
    const failed: CopyEvent = {
      ...{ type: "copy.failed", copy: "dvd", clientMs: sound.faults[0]!.startedMs + 1, verb: "put" },
      ...{ stage: "write", status: "", message: "" },
    };
    const events = [...untouched.events.filter(({ type }) => type !== "copy.finished"), failed];
    expect(doubts({ events, ...during })).not.toContain("took effect");
  });

  it("when a fault that was wanted never came about", () => {
    expect(doubts({ faults: [] })).toBe("0 of 1 faults came about: the copy ended before that");
  });

  it("when the fault hit a node that served no copy", () => {
    expect(doubts(fault({ serving: false, nodes: ["node3"] }))).toBe("disable of node3 hit a node that served no copy");
  });

  it("when the public address did not move", () => {
    expect(doubts({ holdersAfter: sound.holdersBefore })).toBe(
      "the public address 10.91.1.101 did not move at disable of node1",
    );
  });

  it("when the public address moved at no time, or only before this fault or at the next one", () => {
    const stayed = "the public address 10.91.1.101 did not move at disable of node1";
    const back = { holdersAfter: sound.holdersBefore };
    expect(doubts({ ...back, ctdb: [taken("node1", 300), taken("node2", -1)] })).toBe(stayed);
    const [first] = sound.faults;
    const faults = [first!, { ...first!, startedMs: first!.startedMs + 100 }];
    const moved = { ...back, ctdb: [taken("node2", 300)], faults, faultsExpected: 2 };
    expect(doubts(moved)).toBe(stayed);
  });

  it("when nobody knows who held the addresses", () => {
    expect(doubts({ holdersAfter: null })).toContain("who held the addresses around disable of node1 is not known");
    expect(doubts({ holdersAfter: [] })).toContain("who held 10.91.1.101 after disable of node1 is not known");
    expect(doubts({ events: without("copy.connected") })).toContain("which address the copy used");
  });

  it("when the capture is absent or empty", () => {
    expect(doubts({ capture: { kind: "absent", reason: "tcpdump is not there" } })).toBe(
      "no packet capture: tcpdump is not there",
    );
    const wire = { facts: [], frames: 12, messages: 0 };
    expect(doubts({ capture: { kind: "wire", wire, incomplete: null } })).toBe(
      "the packet capture shows no SMB message",
    );
  });

  it("when the client died, or never opened the file", () => {
    expect(doubts({ events: without("copy.finished") })).toBe(
      "the client died: the copy has neither a result nor an error",
    );
    expect(doubts({ events: [] })).toContain("the copy never opened its file");
  });

  it("when the nodes that served are not known", () => {
    expect(doubts({ evidence: { servedBefore: null, servedAfter: null } })).toBe(
      "which node served before the loss is not known; which node served after the loss is not known",
    );
  });

  it("when events are missing: a loss without an end in a copy that finished", () => {
    expect(doubts({ events: without("copy.resumed") })).toBe(
      "events are missing: the copy finished, and 1 of its losses have no end",
    );
  });
});

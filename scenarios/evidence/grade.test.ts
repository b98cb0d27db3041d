import { beforeAll, describe, expect, it } from "vitest";
import type { CopyEvent } from "../../core/event.js";
import type { CaptureEvidence, WireFact, WireReclaim } from "./facts.js";
import { fixture } from "./fixtures/fixture.js";
import type { Fixture } from "./fixtures/fixture.js";
import { gradeCopy } from "./grade.js";

let persistent: Fixture;
let reopened: Fixture;
beforeAll(async () => {
  [persistent, reopened] = [await fixture("persistent"), await fixture("reopened")];
});

const grade = (recorded: Fixture, change: Partial<Fixture> = {}) =>
  gradeCopy({ ...recorded, holders: [], faults: [recorded.fault], ...change });

const without = (recorded: Fixture, ...types: CopyEvent["type"][]) =>
  recorded.events.filter(({ type }) => !types.includes(type));

function rewired(recorded: Fixture, change: (fact: WireFact) => WireFact | undefined): CaptureEvidence {
  if (recorded.capture.kind === "absent") throw new Error("the fixture has no capture");
  const { wire } = recorded.capture;
  return { ...recorded.capture, wire: { ...wire, facts: wire.facts.flatMap((fact) => change(fact) ?? []) } };
}

const reclaimed = (recorded: Fixture, change: Partial<WireReclaim>): CaptureEvidence =>
  rewired(recorded, (fact) => (fact.what === "reclaimed" ? { ...fact, ...change } : fact));

describe("the grade of a recorded failover", () => {
  it("is G4 for a persistent handle reclaimed from another node", () => {
    const evidence = grade(persistent);
    expect(evidence).toMatchObject({
      grade: "G4",
      failovers: 1,
      stallMs: 446.138,
      servedBefore: "node1",
      servedAfter: "node2",
    });
    expect(evidence.gradeReason).toMatch(/^DH2C answered with success by node2 .* with the persistent flag/);
  });

  it("is G2 for a handle that was opened anew", () => {
    const evidence = grade(reopened);
    expect(evidence).toMatchObject({ grade: "G2", failovers: 1, servedBefore: "node3", servedAfter: "node1" });
    expect(evidence.gradeReason).toContain("no durable handle was granted");
  });

  it("is G3 for a reclaim without the persistent flag, by either context", () => {
    expect(grade(persistent, { capture: reclaimed(persistent, { persistent: false }) }).grade).toBe("G3");
    const events = persistent.events.map((event) =>
      event.type === "copy.reclaim" ? { ...event, how: "DHnC" } : event,
    );
    const capture = reclaimed(persistent, { persistent: false, how: "DHnC" });
    expect(grade(persistent, { events, capture }).grade).toBe("G3");
  });

  it("is G4 for a handle whose file had got another name meanwhile, as the client tells", () => {
    const capture = reclaimed(persistent, { path: "renamed.7" });
    expect(grade(persistent, { capture }).grade).toBeNull();
    const events = persistent.events.map((event) =>
      event.type === "copy.reclaim" ? { ...event, path: "renamed.7" } : event,
    );
    expect(grade(persistent, { capture, events }).grade).toBe("G4");
  });

  it("is G1 when acknowledged bytes were written again", () => {
    const events = reopened.events.map((event) => (event.type === "copy.resumed" ? { ...event, acked: 1 } : event));
    expect(grade(reopened, { events })).toMatchObject({
      grade: "G1",
      gradeReason: expect.stringContaining("again") as string,
    });
  });

  it("is G0 when the copy failed, capture or not", () => {
    const failed: CopyEvent = {
      type: "copy.failed",
      copy: "dvd",
      clientMs: 1,
      verb: "put",
      stage: "write",
      status: "NT_STATUS_DISK_FULL",
      message: "no space",
    };
    const events = [...without(persistent, "copy.finished"), failed];
    const capture: CaptureEvidence = { kind: "absent", reason: "none" };
    expect(grade(persistent, { events, capture })).toMatchObject({
      grade: "G0",
      gradeReason: "the copy failed at write: NT_STATUS_DISK_FULL no space",
    });
  });

  it("lists its facts in order of time, each with its source", () => {
    const { facts } = grade(persistent);
    expect(new Set(facts.map(({ source }) => source))).toEqual(new Set(["client", "ctdb", "wire"]));
    expect(facts.map(({ atMs }) => atMs)).toEqual(facts.map(({ atMs }) => atMs).sort((a, b) => a - b));
    expect(facts.some(({ text }) => text === "DH2C for dvd.iso with the persistent flag: success from node2")).toBe(
      true,
    );
  });
});

describe("a loss that no fault caused", () => {
  const EARLIER_MS = 3_000;
  const TOLD: readonly string[] = ["copy.lost", "copy.session", "copy.reclaim", "copy.resumed"];

  /** The recorded failover after another loss, that came before the fault and gave a handle that is not persistent. */
  const twice = (change: (event: CopyEvent) => CopyEvent = (event) => event, reclaims = true) => {
    const first = persistent.events
      .filter(({ type }) => TOLD.includes(type))
      .map((event) => ("clientMs" in event ? change({ ...event, clientMs: event.clientMs - EARLIER_MS }) : event));
    const events = persistent.events.flatMap((event) => (event.type === "copy.lost" ? [...first, event] : [event]));
    const { capture } = persistent;
    if (capture.kind === "absent") throw new Error("the fixture has a capture");
    const earlier = capture.wire.facts.flatMap((fact): WireFact[] => {
      const atMs = fact.atMs - EARLIER_MS;
      if (fact.what === "reclaimed" && reclaims) return [{ ...fact, atMs, persistent: false }];
      if (fact.what !== "reclaimed") return fact.what === "session" ? [{ ...fact, atMs }] : [];
      const { address, mac, node, port, path, status } = fact;
      return [
        { what: "opened", atMs, address, mac, node, port, path, status, again: true, granted: null, handle: null },
      ];
    });
    const facts = [...capture.wire.facts, ...earlier].toSorted((one, other) => one.atMs - other.atMs);
    return grade(persistent, { events, capture: { ...capture, wire: { ...capture.wire, facts } } });
  };

  it("does not lower the grade of one that a fault caused, when it kept the handle", () => {
    expect(twice()).toMatchObject({
      grade: "G4",
      gradeReason: expect.stringMatching(
        /; before any fault the connection was lost once, and the handle kept$/,
      ) as string,
    });
  });

  it("counts when it cost the handle", () => {
    const reopens = (event: CopyEvent): CopyEvent => {
      if (event.type !== "copy.reclaim" || event.granted === undefined) return event;
      const { copy, clientMs, address, granted } = event;
      return { type: "copy.reopened", copy, clientMs, address, reason: "the handle is gone", granted };
    };
    expect(twice(reopens, false)).toMatchObject({ grade: "G2" });
  });

  it("has no grade before the file was open, for no handle was lost", () => {
    const opened = persistent.events.findIndex(({ type }) => type === "copy.opened");
    const early = persistent.events.filter(({ type }) => TOLD.includes(type) && type !== "copy.reclaim");
    const before = early.map((event) => ({ ...event, clientMs: 1 }) as CopyEvent);
    const events = [...persistent.events.slice(0, opened), ...before, ...persistent.events.slice(opened)];
    expect(grade(persistent, { events }).grade).toBe("G4");
    const never = events.filter((event) => !TOLD.includes(event.type) || before.includes(event));
    expect(grade(persistent, { events: never })).toMatchObject({
      grade: null,
      gradeReason: "the connection was lost only before the file was open: no handle was lost",
    });
  });
});

describe("no grade is given, and the reason is,", () => {
  const none = (recorded: Fixture, change: Partial<Fixture>, reason: RegExp) => {
    const evidence = grade(recorded, change);
    expect(evidence.grade).toBeNull();
    expect(evidence.gradeReason).toMatch(reason);
  };

  it("when there is no capture", () => {
    const capture: CaptureEvidence = { kind: "absent", reason: "the capture holds no frame" };
    none(persistent, { capture }, /nothing can be seen on the wire: the capture holds no frame/);
    none(reopened, { capture }, /nothing can be seen on the wire/);
  });

  it("when the client claims a reclaim that the capture does not show", () => {
    const capture = rewired(persistent, (fact) => (fact.what === "reclaimed" ? undefined : fact));
    none(persistent, { capture }, /says it reclaimed the handle by DH2C, the capture shows none$/);
    none(
      persistent,
      { capture: { ...capture, incomplete: "the kernel dropped 9 frames" } as CaptureEvidence },
      /dropped 9 frames/,
    );
  });

  it("when the reclaim was refused on the wire, or is one of another file", () => {
    none(persistent, { capture: reclaimed(persistent, { status: 0xc0000034 }) }, /shows none/);
    none(persistent, { capture: reclaimed(persistent, { path: "other.iso" }) }, /shows none/);
  });

  it("when the answer came from a MAC address of no node", () => {
    none(
      persistent,
      { capture: reclaimed(persistent, { node: null, mac: "02:00:00:00:00:99" }) },
      /02:00:00:00:00:99, which is no node's/,
    );
  });

  it("when the capture shows a new handle after the reclaim", () => {
    const capture = rewired(persistent, (fact) => fact);
    if (capture.kind === "absent" || reopened.capture.kind === "absent") throw new Error("no capture");
    const anew = reopened.capture.wire.facts.find((fact) => fact.what === "opened" && fact.again)!;
    const { clientMs } = persistent.events.find(({ type }) => type === "copy.resumed") as { clientMs: number };
    const facts = [...capture.wire.facts, { ...anew, atMs: clientMs - 1 }];
    none(
      persistent,
      { capture: { ...capture, wire: { ...capture.wire, facts } } },
      /shows a new one opened after that/,
    );
  });

  it("when the client claims a new handle and the capture shows a reclaim", () => {
    const events = persistent.events.map((event) => {
      if (event.type !== "copy.reclaim") return event;
      const { copy, clientMs, address } = event;
      const granted = { durable: false, persistent: false, timeoutMs: 0, lease: "", oplock: "" };
      return { type: "copy.reopened", copy, clientMs, address, reason: "refused", granted } as const;
    });
    none(persistent, { events }, /contradict/);
  });

  it("when the persistent flag was sent for a handle that was not granted as persistent", () => {
    const events = persistent.events.map((event) =>
      event.type === "copy.opened" && event.granted !== undefined
        ? { ...event, granted: { ...event.granted, persistent: false } }
        : event,
    );
    none(persistent, { events }, /the client was granted no persistence/);
    const capture = rewired(persistent, (fact) =>
      fact.what === "opened" ? { ...fact, granted: { version: 2, persistent: false, timeoutMs: 1 } } : fact,
    );
    none(persistent, { capture }, /the capture shows that it was not/);
  });

  it("when the connection is encrypted", () => {
    const capture = rewired(persistent, (fact) =>
      fact.what === "session"
        ? { ...fact, what: "encrypted", readable: false }
        : fact.what === "reclaimed"
          ? undefined
          : fact,
    );
    none(persistent, { capture }, /encrypted/);
  });

  it("when the client died", () => {
    none(persistent, { events: without(persistent, "copy.finished") }, /the client died/);
  });

  it("when only a channel was lost, and says that the others went on", () => {
    const lost: CopyEvent = {
      ...{ type: "copy.channel", copy: "dvd", clientMs: 1, what: "lost", address: "10.0.0.1", port: 2, left: 1 },
      reason: "closed by the server",
    };
    none(persistent, { events: [...without(persistent, "copy.lost"), lost] }, /over its other channels when it lost 1/);
  });

  it("when the connection was never lost, or the client never told how it went on", () => {
    none(persistent, { events: without(persistent, "copy.lost") }, /never lost/);
    none(persistent, { events: without(persistent, "copy.resumed") }, /never told how it went on/);
    none(persistent, { events: without(persistent, "copy.reclaim") }, /without telling of a reclaim/);
  });
});

it("a handle that was idle at a fault stalls from the fault until it was of use again", () => {
  const events = persistent.events.map((event) =>
    event.type === "copy.lost" ? ({ ...event, verb: "hold" } as const) : event,
  );
  const resumed = events.find((event) => event.type === "copy.resumed")!;
  expect(grade(persistent, { events }).stallMs).toBe(resumed.clientMs - persistent.fault.startedMs);
});

describe("who served", () => {
  it("is told by ctdb's log and state where there is no capture", () => {
    const capture: CaptureEvidence = { kind: "absent", reason: "none" };
    const holders = [{ address: "10.91.1.101", node: "node1" }];
    expect(gradeCopy({ ...persistent, capture, holders, faults: [] })).toMatchObject({
      servedBefore: "node1",
      servedAfter: "node2",
      failovers: 1,
    });
  });

  it("is no failover when the same node serves again", () => {
    const home = (fact: WireFact): WireFact => ({ ...fact, node: "node1" });
    const evidence = grade(persistent, { capture: rewired(persistent, home), ctdb: [] });
    expect(evidence).toMatchObject({ grade: "G4", failovers: 0, servedBefore: "node1", servedAfter: "node1" });
    expect(evidence.gradeReason).toContain("which served before as well");
  });

  it("is not known, and no failover, where nothing tells", () => {
    const capture: CaptureEvidence = { kind: "absent", reason: "none" };
    expect(grade(persistent, { capture, ctdb: [] })).toMatchObject({
      servedBefore: null,
      servedAfter: null,
      failovers: 0,
    });
  });
});

describe("a move that the witness led to", () => {
  /** The recorded failover, as it would look had the client left because it was told to. */
  const led = (change: {
    noticeMs?: number;
    wireMs?: number | null;
    hungUp?: "client" | "server";
    silent?: boolean;
    to?: string;
    again?: boolean;
  }) => {
    const lost = persistent.events.find((event) => event.type === "copy.lost");
    if (lost === undefined || persistent.capture.kind === "absent") throw new Error("the fixture has a loss");
    const { facts } = persistent.capture.wire;
    const used = facts.find((fact) => fact.what === "session");
    if (used?.what !== "session") throw new Error("the fixture has a session");
    const session = persistent.events.find((event) => event.type === "copy.session");
    if (session === undefined) throw new Error("the fixture has a second session");
    const {
      noticeMs = lost.clientMs - 1,
      to = session.address,
      again = false,
      wireMs = noticeMs - 1,
      hungUp = "client",
      silent = false,
    } = change;
    const notice: CopyEvent = {
      ...{ type: "copy.witness", copy: "dvd", clientMs: noticeMs, what: "notified", address: lost.address },
      ...{ witness: "10.0.0.9", kind: "client-move", to: [to], error: "" },
    };
    const told: WireFact = {
      ...{ what: "notified", atMs: wireMs ?? 0, address: "10.0.0.9", mac: "m", node: "node2", kind: "client-move" },
    };
    const ended: WireFact = { ...used, what: "closed", atMs: lost.clientMs, by: hungUp };
    const events = persistent.events.flatMap((event) =>
      event === lost && !silent ? [notice, event] : event === session && again ? [event, event] : [event],
    );
    const kept = facts.filter((fact) => fact.what !== "reset" || fact.port !== used.port);
    const wire = { ...persistent.capture.wire, facts: [...(wireMs === null ? [] : [told]), ...kept, ended] };
    return grade(persistent, { events, capture: { ...persistent.capture, wire } });
  };

  it("is G5 when client and capture agree that it was told before it hung up", () => {
    const evidence = led({});
    expect(evidence.grade, evidence.gradeReason).toBe("G5");
    expect(evidence.gradeReason).toMatch(/^told by the witness .* from node2, .* DH2C answered with success by node2/);
  });

  it("stays G4 when the client says nothing of a notification, whatever the capture shows", () => {
    expect(led({ silent: true }).grade).toBe("G4");
  });

  it("stays G4, with the reason, when the capture shows no notification", () => {
    expect(led({ wireMs: null })).toMatchObject({
      grade: "G4",
      gradeReason: expect.stringContaining("not G5: the client says it was told") as string,
    });
  });

  it("stays G4 when the client went on elsewhere, or lost the server again before it went on", () => {
    for (const change of [{ to: "10.0.0.8" }, { again: true }]) {
      expect(led(change)).toMatchObject({
        grade: "G4",
        gradeReason: expect.stringContaining("did not go on there at the first try") as string,
      });
    }
  });

  it("stays G4 when the server had hung up, or nobody was seen to", () => {
    expect(led({ hungUp: "server" })).toMatchObject({
      grade: "G4",
      gradeReason: expect.stringContaining("not G5: the server had ended the connection") as string,
    });
    const used = persistent.capture.kind === "wire" ? persistent.capture.wire.facts : [];
    expect(used.some((fact) => fact.what === "closed")).toBe(true);
  });
});

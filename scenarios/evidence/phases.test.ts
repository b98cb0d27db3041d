import { beforeAll, describe, expect, it } from "vitest";
import type { CtdbFact } from "../../cluster/log.js";
import type { WireFact } from "./facts.js";
import { fixture } from "./fixtures/fixture.js";
import type { Fixture } from "./fixtures/fixture.js";
import { phasesOf } from "./phases.js";
import type { PhaseInput, PhaseReport } from "./phases.js";
import { recoveriesOf } from "./recoveries.js";

let persistent: Fixture;
let reopened: Fixture;
beforeAll(async () => {
  [persistent, reopened] = [await fixture("persistent"), await fixture("reopened")];
});

function report(recorded: Fixture, change: Partial<PhaseInput> = {}): PhaseReport {
  return phasesOf({ ...recorded, recovery: recoveriesOf(recorded.events)[0]!, ...change });
}

function phases(recorded: Fixture, change: Partial<PhaseInput> = {}) {
  const found = report(recorded, change);
  if (found.phases === null) throw new Error(found.reason);
  return found.phases;
}

const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

/** The recorded wire with some facts moved or, where `change` gives nothing, removed. */
function rewired(recorded: Fixture, change: (fact: WireFact) => WireFact | undefined): Fixture["capture"] {
  if (recorded.capture.kind === "absent") throw new Error("the fixture has no capture");
  const { wire } = recorded.capture;
  const facts = wire.facts.flatMap((fact) => change(fact) ?? []).sort((a, b) => a.atMs - b.atMs);
  return { ...recorded.capture, wire: { ...wire, facts } };
}

describe("the phases of a recorded failover", () => {
  it("are all there for a persistent reclaim, and sum to the client's longest gap", () => {
    const found = report(persistent);
    expect(names(found.phases ?? [])).toEqual([
      "release",
      "takeover",
      "announce",
      "notice",
      "connect",
      "session",
      "reclaim",
      "first-write",
    ]);
    const sum = (found.phases ?? []).reduce((total, { fromMs, toMs }) => total + toMs - fromMs, 0);
    const finished = persistent.events.find((event) => event.type === "copy.finished")!;
    expect(sum).toBeCloseTo(finished.result.gaps[0]!.ms, 3);
    expect(found.phases !== null && found.stallMs).toBe(sum);
  });

  it("begin with the fault where the handle was idle, and sum to the time until it was of use again", () => {
    const [recovery] = recoveriesOf(persistent.events);
    const found = report(persistent, { recovery: { ...recovery!, lost: { ...recovery!.lost, verb: "hold" } } });
    if (found.phases === null) throw new Error(found.reason);
    expect(found.fromMs).toBe(persistent.fault.startedMs);
    expect(found.phases.at(-1)!.toMs).toBe(recovery!.resumed!.clientMs);
    expect(found.phases.at(-1)!.evidence).toContain("first acknowledged request");
    expect(found.phases[0]!.evidence).toMatch(/^disable was issued while the handle was idle; /);
  });

  it("name what was seen, where, and how long after the fault", () => {
    const [release, takeover, announce, notice] = phases(persistent);
    expect(release?.evidence).toMatch(
      /^disable was issued 713\.7 ms before the last acknowledged write; node1 gave .* up 674\.6 ms/,
    );
    expect(takeover?.evidence).toMatch(/^node2 took 10\.91\.1\.101 951\.4 ms after the fault \(ctdb\)$/);
    expect(announce?.evidence).toMatch(/^gratuitous ARP from node2/);
    expect(notice?.evidence).toMatch(/^RST from node2/);
  });

  it("count the gap around the loss when an earlier gap was longer", () => {
    const found = report(reopened);
    expect(found.phases !== null && found.stallMs).toBeCloseTo(410.474, 3);
  });

  it("take a log line that comes after the node's own ARP for late, not for a moment", () => {
    const announce = phases(reopened).find(({ name }) => name === "announce");
    expect(announce?.evidence).toContain("the log lags the wire by 19.8 ms");
    expect(names(phases(reopened))).not.toContain("takeover");
  });

  it("show a delay that was planted in one phase in that phase and in no other", () => {
    const byName = (list: ReturnType<typeof phases>) =>
      new Map(list.map((phase) => [phase.name, phase.toMs - phase.fromMs]));
    const before = byName(phases(persistent));
    const later = (fact: WireFact): WireFact =>
      ["reclaimed", "replayed"].includes(fact.what) ? { ...fact, atMs: fact.atMs + 30 } : fact;
    const after = byName(phases(persistent, { capture: rewired(persistent, later) }));
    expect(after.get("reclaim")! - before.get("reclaim")!).toBeCloseTo(30, 3);
    for (const name of ["release", "takeover", "announce", "notice", "connect", "session"] as const) {
      expect(after.get(name)).toBe(before.get(name));
    }
  });
});

describe("phases with less evidence", () => {
  it("without a capture rest on ctdb's log and the client, and say so", () => {
    const list = phases(persistent, { capture: { kind: "absent", reason: "tcpdump is not there" } });
    expect(names(list)).toEqual(["release", "takeover", "notice", "session", "reclaim", "first-write"]);
    expect(list[2]?.evidence).toMatch(
      /the client noticed by itself .*includes announce \(no capture: tcpdump is not there\)/,
    );
    expect(list[3]?.evidence).toContain("includes connect");
  });

  it("without ctdb's log give the cluster's time to the first thing on the wire", () => {
    const [first] = phases(persistent, { ctdb: [] });
    expect(first?.name).toBe("announce");
    expect(first?.evidence).toContain("includes release (no node logged");
  });

  it("without a tickle or RST tell that the client noticed by itself", () => {
    const capture = rewired(persistent, (fact) =>
      fact.what === "reset" || fact.what === "tickled" ? undefined : fact,
    );
    const notice = phases(persistent, { capture }).find(({ name }) => name === "notice");
    expect(notice?.evidence).toContain("no RST or tickle before that");
  });

  it("leave out a takeover of another address or long before the fault", () => {
    const stale: CtdbFact[] = [
      { atMs: persistent.fault.startedMs - 9_000, node: "node3", what: "taken", address: "10.91.1.101" },
      { atMs: persistent.fault.startedMs + 10, node: "node3", what: "taken", address: "10.91.1.103" },
    ];
    const list = phases(persistent, { ctdb: [...stale, ...persistent.ctdb] });
    expect(list[1]?.evidence).toContain("node2 took 10.91.1.101");
  });

  it("say how much of the first phase passed before the fault was issued", () => {
    const late = { ...persistent.fault, startedMs: persistent.fault.startedMs + 800 };
    expect(phases(persistent, { fault: late })[0]?.evidence).toMatch(
      /^the stall began 86\.3 ms before disable was issued/,
    );
  });

  it("are none when the stall was over before the fault, or has no end", () => {
    const late = { ...persistent.fault, startedMs: persistent.fault.startedMs + 5_000 };
    expect(report(persistent, { fault: late })).toMatchObject({
      phases: null,
      reason: expect.stringContaining("another cause") as string,
    });
    const events = persistent.events.filter(({ type }) => type !== "copy.resumed");
    expect(report(persistent, { events, recovery: recoveriesOf(events)[0]! })).toMatchObject({ phases: null });
  });
});

import { describe, expect, it } from "vitest";
import type { Event, EventBody } from "../../core/event.js";
import { recorded } from "../recorded.fixture.js";
import { foldAll, foldDashboard } from "./fold.js";

const upTo = (type: Event["type"]) => recorded.slice(0, recorded.findIndex((event) => event.type === type) + 1);
const event = (body: EventBody, atMs = 0): Event => ({ v: 1, seq: 0, atMs, ...body });

describe("the state that the dashboard shows of a recorded run", () => {
  it("has the client connected to the node that serves it, until the connection is lost", () => {
    const before = foldAll(upTo("fault.started"));
    expect(before.connections.get("dvd")).toMatchObject({
      client: "laptop",
      address: "10.24.2.101",
      state: "connected",
    });
    expect(before.histories.get("dvd")?.stalledFromMs).toBeUndefined();
    const lost = foldAll(upTo("copy.lost"));
    expect(lost.connections.get("dvd")?.state).toBe("lost");
    expect(lost.histories.get("dvd")?.stalledFromMs).toBeDefined();
  });

  it("has one stall, as long as the client says, once the copy goes on", () => {
    const { histories, connections } = foldAll(upTo("copy.resumed"));
    const [stall, ...others] = histories.get("dvd")?.stalls ?? [];
    expect(others).toEqual([]);
    const resumed = recorded.find((one) => one.type === "copy.resumed");
    expect(stall!.toMs - stall!.fromMs).toBeCloseTo(resumed?.type === "copy.resumed" ? resumed.gapMs : 0, 3);
    expect(connections.get("dvd")).toMatchObject({ state: "connected" });
  });

  it("knows from where the address came, and what the fault led to in which order", () => {
    const { moves, failover } = foldAll(
      recorded.slice(
        0,
        recorded.findIndex(({ type }) => type === "phases"),
      ),
    );
    expect(moves).toEqual([expect.objectContaining({ address: "10.24.2.101", from: "node3", to: "node1" })]);
    expect(failover?.title).toBe("disable node3");
    expect(failover?.moments.map(({ name }) => name)).toEqual([
      "connection lost",
      "SMB session",
      "handle reclaimed (DH2C)",
      "first acknowledged write",
      "10.24.2.101 taken by node1",
    ]);
    expect(failover?.phases).toEqual([]);
  });

  it("has the exact phases once the evidence was read, and in the end verdict, checks and that the lab is gone", () => {
    const { failover, run, labGone } = foldAll(recorded);
    expect(failover?.phases.map(({ name }) => name)).toContain("reclaim");
    expect(run.verdict?.outcome).toBe("pass");
    expect(run.checks).toHaveLength(4);
    expect(labGone).toBe(true);
  });

  it("stays small however long the run is", () => {
    let state = foldAll(upTo("copy.opened"));
    for (let at = 0; at < 20_000; at++) {
      const [acked, clientMs] = [at * 1000, recorded[0]!.atMs + at * 50];
      state = foldDashboard(
        state,
        event({ type: "copy.progress", copy: "dvd", clientMs, acked, sent: acked, longestGapMs: 900 }, clientMs),
      );
    }
    for (let at = 0; at < 1000; at++)
      state = foldDashboard(state, event({ type: "note", level: "info", text: String(at) }));
    expect(state.histories.get("dvd")!.samples.length).toBeLessThan(3100);
    expect(state.tail.length).toBeLessThanOrEqual(400);
    expect(state.tail.at(-1)?.text).toBe("info: 999");
  });
});

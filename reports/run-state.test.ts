import { describe, expect, it } from "vitest";
import type { Event, EventBody } from "../core/event.js";
import { emptyRun, foldRun } from "./run-state.js";

const fold = (...bodies: readonly (EventBody & { atMs?: number })[]) =>
  bodies.map((body, seq): Event => ({ v: 1, seq, atMs: seq * 1000, ...body })).reduce(foldRun, emptyRun);

const started = { type: "copy.started", copy: "dvd", client: "laptop", verb: "put", size: 1000 } as const;
const progress = (acked: number, clientMs: number): EventBody => ({
  type: "copy.progress",
  copy: "dvd",
  clientMs,
  acked,
  sent: acked,
  longestGapMs: 1,
});
const result = { bytes: 1000, seconds: 1, md5: "m", sha256: "s", mismatch: null, gaps: [] };

describe("the state of a run", () => {
  it("remembers what faults were drawn from, and nothing where they were not drawn", () => {
    const planned = (seed: string | null): EventBody => ({
      type: "nemesis.planned",
      step: "steps.0",
      faults: [],
      seed,
    });
    expect(fold(planned("00ff")).drawnFrom).toBe("00ff");
    expect(fold(planned(null)).drawnFrom).toBeNull();
  });

  it("shows a copy's progress and its rate over the last seconds", () => {
    const run = fold(started, progress(200, 1000), progress(700, 2000));
    expect(run.transfers[0]).toMatchObject({ title: "copy dvd", done: 700, rate: 500, state: "running" });
  });

  it("shows a lost copy as stalled until it is resumed", () => {
    const lost = {
      type: "copy.lost",
      copy: "dvd",
      clientMs: 1,
      address: "10.77.2.101",
      reason: "reset",
      unacked: 8,
      acked: 5,
    } as const;
    expect(fold(started, lost).transfers[0]).toMatchObject({ state: "stalled", note: "lost 10.77.2.101" });
    const resumed = {
      type: "copy.resumed",
      copy: "dvd",
      clientMs: 2,
      address: "10.77.2.102",
      acked: 6,
      gapMs: 400,
    } as const;
    expect(fold(started, lost, resumed).transfers[0]?.state).toBe("running");
  });

  it("keeps reading back apart from the copy", () => {
    const back = {
      type: "copy.started",
      copy: "dvd@node1",
      client: "laptop",
      verb: "get",
      from: "node1",
      size: 1000,
    } as const;
    const run = fold(started, { type: "copy.finished", copy: "dvd", clientMs: 5, verb: "put", result }, back);
    expect(run.transfers.map(({ title, state }) => [title, state])).toEqual([
      ["copy dvd", "finished"],
      ["read dvd back from node1", "running"],
    ]);
  });

  it("lists what is being done and forgets what is done", () => {
    const doing = { type: "action.started", id: "node/node1", op: "create" } as const;
    expect(fold(doing).doing).toEqual(["create node/node1"]);
    expect(fold(doing, { ...doing, type: "action.finished" }).doing).toEqual([]);
  });

  it("marks the fault that was healed", () => {
    const fault: EventBody = { type: "fault.started", fault: "disable", nodes: ["node1"], why: "", serving: true };
    const run = fold(fault, { type: "fault.healed", fault: "disable", nodes: ["node1"] });
    expect(run.faults).toEqual([{ text: "disable node1", atMs: 0, healed: true }]);
  });
});

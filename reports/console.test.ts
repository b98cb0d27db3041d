import { describe, expect, it } from "vitest";
import type { EventBody } from "../core/event.js";
import { plainLine } from "./console.js";

const line = (body: EventBody) => plainLine({ v: 1, seq: 0, atMs: 0, ...body });
const at = { copy: "dvd", clientMs: 1 } as const;

describe("a line of the console", () => {
  it.each<[string, EventBody]>([
    [
      "plan: 7 to create, 1 to keep, 0 to remove",
      { type: "plan.ready", creates: 7, keeps: 1, removes: 0, actions: [] },
    ],
    ["lab redmond is ready (8.30 s)", { type: "lab.ready", lab: "redmond", afterMs: 8300 }],
    ["dvd: writing 4.70 GB", { type: "copy.started", copy: "dvd", client: "laptop", verb: "put", size: 4.7e9 }],
    [
      "dvd: opened, persistent handle for 1 min 0 s, lease RWH",
      {
        ...{ type: "copy.opened", ...at, path: "dvd.iso" },
        granted: { durable: true, persistent: true, timeoutMs: 60_000, lease: "RWH", oplock: "lease" },
      },
    ],
    [
      "dvd: connected to 10.77.2.101 (3.1.1, Linux 6.12.118)",
      {
        type: "copy.connected",
        ...at,
        address: "10.77.2.101",
        port: 1,
        dialect: "3.1.1",
        signing: "none",
        kernel: "6.12.118",
      },
    ],
    [
      "dvd: connected to 10.77.2.101 (3.1.1, signed, Windows 10.0.26100)",
      {
        ...{ type: "copy.connected", ...at, address: "10.77.2.101", port: 1, dialect: "3.1.1" },
        ...{ signing: "on", kernel: "Windows 10.0.26100" },
      },
    ],
    [
      "dvd: connected to 10.77.2.101 (3.1.1, encrypted, Linux 6.12.118)",
      {
        ...{ type: "copy.connected", ...at, address: "10.77.2.101", port: 1, dialect: "3.1.1" },
        ...{ signing: "none", encryption: "on", kernel: "6.12.118" },
      },
    ],
    ["dvd: kernel: CIFS: VFS: no answer", { type: "copy.kernel", ...at, level: 3, text: "CIFS: VFS: no answer" }],
    [
      "dvd: lost 10.77.2.101 (reset), 8 writes unacknowledged",
      { type: "copy.lost", ...at, address: "10.77.2.101", reason: "reset", unacked: 8, acked: 5 },
    ],
    [
      "dvd: handle reclaimed at 10.77.2.101 by DH2C",
      { type: "copy.reclaim", ...at, address: "10.77.2.101", ok: true, how: "DH2C", status: "0x0", attempts: 1 },
    ],
    [
      "dvd: reclaim refused at 10.77.2.101: 0xC0000034",
      { type: "copy.reclaim", ...at, address: "10.77.2.101", ok: false, how: "", status: "0xC0000034", attempts: 9 },
    ],
    ["dvd: resumed after 489 ms", { type: "copy.resumed", ...at, address: "10.77.2.101", acked: 6, gapMs: 489 }],
    [
      "fault: disable node3 (node3 serves dvd)",
      { type: "fault.started", fault: "disable", nodes: ["node3"], why: "node3 serves dvd", serving: true },
    ],
    [
      "dvd: stall 489 ms: release 100 ms, first-write 389 ms",
      {
        ...{ type: "phases", copy: "dvd", stallMs: 489 },
        phases: [
          { name: "release", evidence: "", fromMs: 0, toMs: 100 },
          { name: "first-write", evidence: "", fromMs: 100, toMs: 489 },
        ],
      },
    ],
    [
      "verdict: unknown: no capture; no hash\nrun folder: runs/demo/1",
      {
        ...{ type: "run.finished", folder: "runs/demo/1" },
        verdict: { outcome: "unknown", reasons: ["no capture", "no hash"] },
      },
    ],
    [
      "verdict: pass\nrun folder: runs/demo/1",
      { type: "run.finished", verdict: { outcome: "pass", reasons: [] }, folder: "runs/demo/1" },
    ],
  ])("says %j", (text, event) => {
    expect(line(event)).toBe(text);
  });

  it("says how a step ended only when it did not pass, and why", () => {
    const step = { type: "step.finished", step: "steps.0", title: "disable node1" } as const;
    expect(line({ ...step, outcome: "pass" })).toBeUndefined();
    expect(line({ ...step, outcome: "unknown", reason: "CTDB hangs" })).toBe(
      "step: disable node1: unknown: CTDB hangs",
    );
  });

  it("comes of no event that comes many times a second", () => {
    expect(line({ type: "copy.progress", ...at, acked: 1, sent: 2, longestGapMs: 3 })).toBeUndefined();
    expect(line({ type: "image.progress", image: "i", line: "Get:1" })).toBeUndefined();
  });
});

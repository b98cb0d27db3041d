import { describe, expect, it } from "vitest";
import type { TransferOutcome } from "../clients/client.js";
import { fakeClock } from "../core/clock.js";
import { fakeRun } from "./fake-lab.fixture.js";
import { runScenario } from "./run.js";

const copy = "steps:\n  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 1kB }\n    during:\n";
const later = "the copy ended before this step's moment came";
const lost = { type: "copy.lost", clientMs: 4, address: "10.90.2.101", reason: "reset", unacked: 1, acked: 2 } as const;
const broken = { type: "copy.break", clientMs: 5, kind: "lease", to: "R" } as const;

/** What is done to the lab, in order, by a copy with this block. */
async function callsOf(block: string, change: Parameters<typeof fakeRun>[1] = {}): Promise<string[]> {
  const { parts, calls } = fakeRun(copy + block, change);
  await runScenario(parts);
  return calls;
}

describe("the moment of a step in a block", () => {
  it.each(["progress: 40%", "bytes: 400B", "write: 3"])("is when so much is acknowledged: %s", async (much) => {
    expect(await callsOf(`      - at: { copy: dvd, ${much} }\n        disable: node2\n`)).toContain("disable node2");
  });

  it.each([
    ["lost", lost],
    ["lease-break", broken],
  ])("is the event %s of its own copy", async (on, event) => {
    const block = `      - on: ${on}\n        disable: node2\n`;
    const { ends, over } = untilBlockEnds();
    const released = { push: over };
    expect(await callsOf(block, { ends, released, says: (id) => [{ ...event, copy: id }] })).toContain("disable node2");
    expect(await callsOf(block, { says: () => [{ ...event, copy: "other" }] })).toEqual([]);
  });

  it("is a fault of another step", async () => {
    const block = "      - on: fault\n        disable: node1\n      - on: opened\n        stop: node2\n";
    const { ends, over } = untilBlockEnds();
    const released = when("steps.0.during.0", over);
    expect((await callsOf(block, { ends, released })).slice(0, 2)).toEqual(["stop node2", "disable node1"]);
  });

  it("is so long after the file was opened, or after another moment", async () => {
    const slept: number[] = [];
    const clock = fakeClock(1_000);
    const sleep = (ms: number, signal?: AbortSignal) => {
      slept.push(ms);
      return clock.sleep(ms, signal);
    };
    const block =
      "      - after: 2s\n        stop: node2\n      - on: fault\n        after: 500ms\n        stop: node1\n";
    const { ends, over } = untilBlockEnds();
    const released = when("steps.0.during.1", over);
    const calls = await callsOf(block, { clock: { ...clock, sleep }, ends, released });
    expect(calls.slice(0, 2)).toEqual(["stop node2", "stop node1"]);
    expect(slept).toEqual(expect.arrayContaining([2000, 500]));
  });

  it("that never comes makes the verdict unknown", async () => {
    const { parts } = fakeRun(`${copy}      - on: resumed\n        disable: node2\n`);
    const { outcome, reasons } = await runScenario(parts);
    expect(outcome).toBe("unknown");
    expect(reasons).toContain(`disable node2: ${later}`);
  });

  it("lets the client go on once the fault has been caused, and not before", async () => {
    const released: string[] = [];
    const seen: string[][] = [];
    await callsOf("      - at: { copy: dvd, progress: 40% }\n        crash: node2\n", {
      released,
      machine: async () => {
        await Promise.resolve();
        seen.push([...released]);
      },
    });
    expect(seen[0]).toEqual([]);
    expect(new Set(released)).toEqual(new Set(["steps.0.during.0"]));
  });

  it("lets the client go on once a command of CTDB is given, which returns when all is over", async () => {
    const released: string[] = [];
    const seen: string[][] = [];
    await callsOf("      - at: { copy: dvd, progress: 40% }\n        disable: node2\n", {
      released,
      disable: async () => {
        await Promise.resolve();
        seen.push([...released]);
      },
    });
    expect(seen).toEqual([["steps.0.during.0"]]);
  });

  it("lets the client go on when the fault could not be caused", async () => {
    const released: string[] = [];
    await callsOf("      - at: { copy: dvd, progress: 40% }\n        crash: node2\n", {
      released,
      machine: () => Promise.reject(new Error("refused")),
    }).catch(() => undefined);
    expect(released).toEqual(["steps.0.during.0"]);
  });
});

/** A copy that lives for as long as the test wants. */
function untilBlockEnds(): { ends: () => Promise<TransferOutcome>; over: () => void } {
  let end: () => void = () => undefined;
  const result = { bytes: 1, seconds: 1, md5: "m", sha256: "s", mismatch: null, gaps: [] };
  const ended = new Promise<TransferOutcome>((resolve) => {
    end = () => {
      resolve({ ok: true, result });
    };
  });
  return {
    ends: () => ended,
    over: () => {
      end();
    },
  };
}

/** Does something when a mark is released. */
function when(wanted: string, act: () => void): { push: (mark: string) => void } {
  return {
    push: (mark) => {
      if (mark === wanted) act();
    },
  };
}

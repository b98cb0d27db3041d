import { describe, expect, it } from "vitest";
import { fakeClock } from "../core/clock.js";
import type { Clock } from "../core/clock.js";
import type { EventBody } from "../core/event.js";
import { EventStream } from "./event-stream.js";
import type { RunContext } from "./scenario.js";
import { watchCluster } from "./watch-cluster.js";

const faultBegins: EventBody = { type: "fault.started", fault: "disable", nodes: ["node1"], serving: true, why: "" };

/** A cluster that is asked until the test has seen enough, and the pauses between. */
function watched(flagsAt: (asked: number) => readonly string[], stirAt: number, enough: number) {
  const events = new EventStream();
  const emitted: EventBody[] = [];
  const pauses: number[] = [];
  let asked = 0;
  let seen: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (seen = resolve));
  const time = fakeClock(1_000_000);
  const clock: Clock = {
    now: () => time.now(),
    sleep: async (ms, signal) => {
      pauses.push(ms);
      if (pauses.length === enough) seen();
      if (pauses.length >= enough) await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      await time.sleep(ms, signal);
    },
  };
  const cluster = {
    state: () => {
      asked++;
      if (asked === stirAt) events.push(faultBegins);
      return Promise.resolve({ nodes: [{ node: "node1", pnn: 0, flags: [...flagsAt(asked)] }], addresses: [] });
    },
  };
  const emit = (event: EventBody) => emitted.push(event);
  const watch = watchCluster({ clock, events, cluster, emit } as unknown as RunContext);
  return { emitted, pauses, close: () => done.then(() => watch.close()) };
}

describe("the watch of a cluster", () => {
  it("asks seldom while nothing happens, and often for a while after something did", async () => {
    const { emitted, pauses, close } = watched(() => [], 3, 25);
    await close();
    expect(pauses.slice(0, 2)).toEqual([10_000, 10_000]);
    expect(new Set(pauses.slice(2, 22))).toEqual(new Set([500]));
    expect(pauses.slice(22)).toEqual([10_000, 10_000, 10_000]);
    expect(emitted).toHaveLength(1);
  });

  it("asks often until all is well, and tells of each change", async () => {
    const { emitted, pauses, close } = watched((asked) => (asked < 30 ? ["Unhealthy"] : []), 1, 31);
    await close();
    expect(new Set(pauses.slice(0, 29))).toEqual(new Set([500]));
    expect(pauses.slice(29)).toEqual([10_000, 10_000]);
    expect(emitted).toHaveLength(2);
  });
});

import { describe, expect, test } from "vitest";
import type { ToolError } from "../core/errors.js";
import { FakeWorld } from "../provisioners/fake/world.js";
import { allNodesOk } from "./cluster-probes.js";
import type { ClusterState } from "./follow-cluster.js";
import { command, spec } from "./lab.fixture.js";
import { pass } from "./probe.js";
import { up } from "./up.js";

/** Two nodes, the second of which has not come up yet. */
const half: ClusterState = {
  nodes: [
    { pnn: 0, privateAddress: "10.90.1.11", flags: [], asked: true },
    { pnn: 1, privateAddress: "10.90.1.12", flags: ["Disconnected", "Unhealthy"], asked: false },
  ],
  addresses: [],
};
const whole = { ...half, nodes: half.nodes.map((node) => ({ ...node, flags: [] })) };

async function labWithConsole() {
  const world = new FakeWorld();
  const { options, events } = command(world);
  await up(spec, options);
  world.anyMachine("sim", "node2")?.console.push({ atMs: 0, text: "ctdbd: cannot bind to 10.90.1.12\n" });
  events.length = 0;
  return { events, options: { ...options, signal: new AbortController().signal } };
}

describe("a probe", () => {
  test("tells each thing it waits for once, and passes when nothing is missing", async () => {
    const { options, events } = await labWithConsole();
    const states = [{ nodes: [], addresses: [] }, half, half, whole];
    await pass(
      spec,
      allNodesOk(spec, () => states.shift() ?? whole),
      options,
    );
    expect(events.map((event) => ("detail" in event ? event.detail : event.type))).toEqual([
      "CTDB does not answer yet",
      "node2 is Disconnected, Unhealthy",
      "probe.passed",
    ]);
  });

  test("that waited in vain says what is missing, what the node's log said last, and what to look at", async () => {
    const { options } = await labWithConsole();
    const vain = pass(
      spec,
      allNodesOk(spec, () => half),
      options,
    );
    const { failure } = await vain.then(
      () => Promise.reject(new Error("passed")),
      (error: unknown) => error as ToolError,
    );
    expect(failure).toMatchObject({
      code: "lab/not-ready",
      message: "lab sim did not get ready: after 90 s not all nodes OK (node2 is Disconnected, Unhealthy)",
      stderrTail: "node2 started\nctdbd: cannot bind to 10.90.1.12",
    });
    expect(failure.hint).toContain("--keep-on-failure");
  });
});

import { describe, expect, it } from "vitest";
import { fakeClock } from "../core/clock.js";
import { ToolError } from "../core/errors.js";
import type { EventBody } from "../core/event.js";
import { spec } from "../lab/lab.fixture.js";
import { fakeRun } from "./fake-lab.fixture.js";
import type { FakeLab } from "./fake-lab.fixture.js";
import { checkScenario, readScenario } from "./load.js";
import { runScenario } from "./run.js";

const drawn = "nemesis: { over: 60s, every: 2s..8s, lasting: 1s..4s, faults: [{ disable: any }, { stop: any }] }";
const judged = "  - exec: { on: node1, run: judge }\n  - expect: { cluster: healthy }\n";
const copy = (nemesis: string) =>
  `  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 1kB }\n    during:\n      - at: { copy: dvd, progress: 10% }\n        ${nemesis}\n`;

/** What was done, and when by the run's own clock. */
async function play(steps: string, { seed = "0a", ...change }: Partial<FakeLab> & { seed?: string } = {}) {
  const clock = fakeClock();
  const { parts, events, calls } = fakeRun(`steps:\n${steps}`, { clock, ...change });
  const timed: string[] = [];
  const emit = (event: EventBody) => {
    events.push(event);
    const what = event.type === "fault.injected" || event.type === "fault.healed";
    if (what) timed.push(`${String(clock.now())} ${event.type.slice(6)} ${event.fault} ${event.nodes.join()}`);
  };
  const verdict = await runScenario({ ...parts, emit, seed: seed.repeat(16) });
  const planned = events.flatMap((event) => (event.type === "nemesis.planned" ? [event] : []));
  return { verdict, events, calls, timed, planned };
}

describe("a nemesis", () => {
  it("does the same for the same seed, and something else for another", async () => {
    const [first, again, other] = [
      await play(`  - ${drawn}\n`),
      await play(`  - ${drawn}\n`),
      await play(`  - ${drawn}\n`, { seed: "0b" }),
    ];
    expect(again.timed).toEqual(first.timed);
    expect(again.planned).toEqual(first.planned);
    expect(first.timed.length).toBeGreaterThan(10);
    expect(other.timed).not.toEqual(first.timed);
  });

  it("with a seed of its own does the same whatever the run's seed is", async () => {
    const pinned = drawn.replace("nemesis: {", "nemesis: { seed: 7,");
    const [one, two] = [await play(`  - ${pinned}\n`), await play(`  - ${pinned}\n`, { seed: "0b" })];
    expect(two.timed).toEqual(one.timed);
    expect(one.planned[0]).toMatchObject({ seed: "7" });
    expect((await play(`  - ${drawn}\n`)).planned[0]).toMatchObject({ seed: "0a".repeat(16) });
  });

  it("has one node out at a time, and at its end none", async () => {
    const { timed } = await play(`  - ${drawn}\n`);
    const [kinds, nodes] = [
      timed.map((line) => line.split(" ")[1]),
      timed.map((line) => line.split(" ").slice(2).join(" ")),
    ];
    expect(kinds).toEqual(timed.map((_line, at) => (at % 2 === 0 ? "injected" : "healed")));
    expect(nodes.filter((_node, at) => at % 2 === 1)).toEqual(nodes.filter((_node, at) => at % 2 === 0));
    expect(Number(timed.at(-1)?.split(" ")[0])).toBeLessThanOrEqual(60_000);
  });

  it("has its faults as steps in the log, after the whole schedule", async () => {
    const { planned, events } = await play(`  - ${drawn}\n`);
    const announced = planned[0]?.faults.map(({ step, title }) => `${step} ${title}`);
    const started = events.flatMap((event) => (event.type === "step.started" ? [`${event.step} ${event.title}`] : []));
    expect(started[0]).toBe("steps.0 nemesis for 60 s: disable, stop");
    expect(started.slice(1)).toEqual(announced);
    expect(events.findIndex(({ type }) => type === "nemesis.planned")).toBeLessThan(
      events.findIndex(({ type }) => type === "fault.started"),
    );
  });

  it("follows a given schedule to the moment", async () => {
    const schedule = `  - nemesis:
      schedule:
        - { after: 6s, for: 2s, ban: { nodes: node2, for: 30s } }
        - { after: 1.5s, for: 3s, disable: node1 }\n`;
    const { timed, calls, planned } = await play(schedule);
    expect(timed).toEqual([
      ...["1500 injected disable node1", "4500 healed disable node1"],
      ...["6000 injected ban node2", "8000 healed ban node2"],
    ]);
    expect(calls).toEqual(["disable node1", "enable node1", "ban node2 30000", "unban node2"]);
    expect(planned[0]).toMatchObject({ seed: null });
  });

  it("waits for a node that is healed and not back, before it takes the next", async () => {
    const clock = fakeClock();
    const { parts, events, calls } = fakeRun(
      "steps:\n  - nemesis: { schedule: [{ after: 1s, for: 1s, stop: node1 }, { after: 3s, for: 1s, stop: node2 }] }\n",
      { clock },
    );
    const state = async () => {
      const { nodes, addresses } = await parts.cluster.state();
      const back = clock.now() >= 20_000 || !calls.includes("stop node1");
      return {
        nodes: nodes.map((one) => (one.node === "node1" && !back ? { ...one, flags: ["Unhealthy"] } : one)),
        addresses,
      };
    };
    const at: number[] = [];
    const emit = (event: EventBody) => {
      events.push(event);
      if (event.type === "fault.started") at.push(clock.now());
    };
    await runScenario({ ...parts, emit, cluster: { ...parts.cluster, state } });
    expect(at[0]).toBe(1000);
    expect(at[1]).toBeGreaterThanOrEqual(20_000);
    expect(at[1]).toBeLessThan(20_500);
  });

  it("gives up when the cluster does not recover: the verdict is unknown, with what is missing", async () => {
    const { parts } = fakeRun(`steps:\n  - ${drawn}\n`, { clock: fakeClock() });
    const state = async () => {
      const { nodes, addresses } = await parts.cluster.state();
      return { nodes, addresses: addresses.map((one) => ({ ...one, node: null })) };
    };
    const { outcome, reasons } = await runScenario({ ...parts, cluster: { ...parts.cluster, state } });
    expect(outcome).toBe("unknown");
    expect(reasons.join()).toMatch(/0 of \d+ faults came about: nobody holds 10.90.2.101, 60 s long/);
  });

  it("whose copy ends too early is unknown, says how far it came, and leaves nothing broken", async () => {
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    let stops = 0;
    const { verdict, calls } = await play(
      copy("nemesis: { over: 60s, every: 2s..3s, faults: [{ disable: any }] }") + judged,
      {
        disable: async () => {
          if (++stops === 3) end();
          await Promise.resolve();
        },
        ends: async () => {
          await over;
          return { ok: true, result: { bytes: 1000, seconds: 1, md5: "m", sha256: "s", mismatch: null, gaps: [] } };
        },
      },
    );
    expect(verdict.outcome).toBe("unknown");
    expect(verdict.reasons.join()).toMatch(
      /3 of \d+ faults came about: the workload ended before the next one's moment came/,
    );
    expect(calls.filter((call) => call.startsWith("enable"))).toHaveLength(3);
  });

  it("whose fault breaks the testbed heals it", async () => {
    const { verdict, calls } = await play("  - nemesis: { over: 60s, every: 2s, faults: [{ disable: node2 }] }\n", {
      disable: () => Promise.reject(new ToolError({ code: "remote/timeout", message: "CTDB hangs" })),
    });
    expect(verdict.reasons).toContain("testbed: CTDB hangs");
    expect(calls).toEqual(["disable node2", "enable node2"]);
  });
});

describe("validate refuses a nemesis", () => {
  const said = (nemesis: string) => {
    try {
      const loaded = readScenario("sim.yaml", `name: sim\ntopology: sim\nsteps:\n${copy(`nemesis: ${nemesis}`)}`);
      return checkScenario(loaded, spec).map(({ message }) => message);
    } catch (error) {
      return [error instanceof Error ? error.message : ""];
    }
  };
  const at = "steps[0].during[0].nemesis";

  it.each([
    ["{ over: 9s, every: 1s, faults: [{ disable: any }, { stop: serving(dvd) }, { cut: any/public }] }", []],
    [
      "{ over: 9s, faults: [{ disable: any }] }",
      [`${at}: expected \`over\`, \`every\` and \`faults\`, or a \`schedule\``],
    ],
    ["{ over: 9s, schedule: [] }", [`${at}: a \`schedule\` leaves nothing to be drawn: only \`down\` goes with it`]],
    ["{ over: 9s, every: 0s..2s, faults: [{ disable: any }] }", [`${at}.every: expected at least 100ms`]],
    [
      "{ over: 2s, every: 5s, faults: [{ disable: any }] }",
      [`${at}.over: no fault finds room in 2 s: the first is over after 6 s at the earliest`],
    ],
    [
      "{ over: 9s, every: 1s, faults: [{ disable: node3 }] }",
      [`${at}.faults[0].disable: no node "node3" in topology "sim"`],
    ],
    [
      "{ over: 9s, every: 1s, faults: [{ disable: all }] }",
      [`${at}.faults[0].disable: takes the nodes that are down at once to 2, and \`down\` is 1`],
    ],
    [
      "{ over: 9s, every: 1s, down: 2, faults: [{ disable: any }] }",
      [`${at}.down: nobody is left to serve when 2 of 2 nodes are down at once`],
    ],
    [
      "{ schedule: [{ after: 1s, for: 3s, stop: node1 }, { after: 2s, for: 1s, stop: node2 }] }",
      [`${at}.schedule[1].stop: takes the nodes that are down at once to 2, and \`down\` is 1`],
    ],
    ["{ schedule: [{ after: 1s, for: 3s, stop: any }] }", [`${at}.schedule[0].stop: no node "any" in topology "sim"`]],
    ["{ over: 9s, every: 1s, faults: [{ copy: any }] }", [`${at}.faults[0]: unknown field "copy"`]],
    [
      "{ over: 9s, every: 1s, faults: [{ disable: any, stop: any }] }",
      [expect.stringContaining("a step has one verb, not 2")],
    ],
  ])("%s", (nemesis, messages) => {
    expect(said(nemesis)).toEqual(messages);
  });
});

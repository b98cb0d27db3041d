import { describe, expect, it } from "vitest";
import { ToolError, UserError } from "../core/errors.js";
import { fakeRun, stillAt } from "./fake-lab.fixture.js";
import { checkScenario, readScenario } from "./load.js";
import { spec } from "../lab/lab.fixture.js";
import { runScenario } from "./run.js";

const copy = "  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 1kB }\n";
const during = "    during:\n      - at: { copy: dvd, progress: 40% }\n        ";

async function callsOf(steps: string, clock = stillAt(1000)): Promise<string[]> {
  const { parts, calls } = fakeRun(`steps:\n${steps}`, { clock });
  await runScenario(parts);
  return calls;
}

function complaintsOf(step: string): string[] {
  const loaded = readScenario("sim.yaml", `name: sim\ntopology: sim\nsteps:\n${copy}  - ${step}\n`);
  return checkScenario(loaded, spec).map(({ message, position }) => `${String(position?.line)}: ${message}`);
}

describe("faults of machines", () => {
  it.each([
    ["crash: node2", ["power node2 off", "power node2 on"]],
    ["freeze: [node1, node2]", ["power node1 frozen", "power node2 frozen", "power node1 on", "power node2 on"]],
    ["cut: node2/public", ["unplug node2/public", "plug node2/public"]],
    ["cut: laptop/public", ["unplug laptop/public", "plug laptop/public"]],
    ["eject: laptop/public", ["eject laptop/public", "fit laptop/public"]],
    [
      "cut: [node1/private, node1/public]",
      ["unplug node1/private", "unplug node1/public", "plug node1/private", "plug node1/public"],
    ],
  ])("of %s are healed by their opposite", async (step, calls) => {
    expect(await callsOf(`  - ${step}\n`)).toEqual(calls);
  });

  it("of processes are healed by starting them", async () => {
    const calls = await callsOf(
      "  - kill: { process: ctdbd, on: node1 }\n  - freeze: { process: ctdbd, on: node1 }\n  - shutdown: node2\n",
    );
    expect(calls.map((call) => call.replace(/^exec (\w+) .*\b(ctdbd|shutdown|\^ctdb|sleep)\b.*$/s, "$1 $2"))).toEqual([
      ...["exec node1 -x", "exec node1 ^ctdb"],
      ...["node2 shutdown", "node2 sleep", "node2 ctdbd", "exec node1 ^ctdb", "node1 ctdbd"],
    ]);
  });

  it("that were undone by a step are not healed again", async () => {
    const calls = await callsOf("  - shutdown: node2\n  - start: node2\n");
    expect(calls.filter((call) => call.endsWith("exec ctdbd"))).toHaveLength(1);
  });

  it("flap a link as often as they say, and leave it plugged in", async () => {
    const clock = { now: () => 1000, sleep: () => Promise.resolve() };
    const calls = await callsOf("  - flap: { link: node1/public, down: 1s, up: 2s, times: 2 }\n", clock);
    expect(calls.map((call) => call.split(" ")[0])).toEqual(["unplug", "plug", "unplug", "plug", "plug"]);
  });

  it("of which one cannot be healed heal the others, and make the verdict unknown", async () => {
    const hint = "look at it";
    const { parts, calls } = fakeRun("steps:\n  - cut: node1/public\n  - crash: node2\n", {
      machine: (call) =>
        call === "power node2 on"
          ? Promise.reject(new ToolError({ code: "engine/refused", message: "node2 never comes back", hint }))
          : Promise.resolve(),
    });
    expect(await runScenario(parts)).toMatchObject({
      outcome: "unknown",
      reasons: expect.arrayContaining([expect.stringContaining("node2 never comes back")]) as string[],
    });
    expect(calls).toEqual(["unplug node1/public", "power node2 off", "power node2 on", "plug node1/public"]);
  });

  it("at the client's own link are faults of the copy", async () => {
    const { parts, events } = fakeRun(`steps:\n${copy}${during}cut: laptop/public\n`);
    await runScenario(parts);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "fault.started", fault: "cut", nodes: ["laptop"], serving: true }),
    );
  });
});

describe("the link of a Windows client", () => {
  it.each([
    ["slow: { link: laptop/public, rate: 10mbit }", /^5: .*link.*"laptop" is Windows: its link can be cut/],
    ["impair: { link: [node1/public, laptop/public], delay: 20ms }", /^5: .*"laptop" is Windows: its link can be cut/],
    ["eject: laptop/public", /^5: .*"laptop" is Windows: its link can be cut/],
    ["cut: laptop/public", undefined],
  ])("%s", (step, message) => {
    const clients = spec.clients.map((client) => ({ ...client, kind: "windows" as const, runtime: "qemu" as const }));
    const text = `name: sim\ntopology: sim\nsteps:\n  - ${step}\n`;
    const found = checkScenario(readScenario("sim.yaml", text), { ...spec, clients });
    expect(found.map(({ message: said }) => `5: ${said}`)).toEqual(
      message === undefined ? [] : [expect.stringMatching(message)],
    );
  });
});

describe("links that do not exist, or have no card", () => {
  it.each([
    ["cut: node9/public", /^5: .*no node "node9"/],
    ["cut: node1/publik", /^5: .*no network "publik"/],
    ["cut: laptop/private", /^5: .*client "laptop" has no link to network "private"/],
    ["cut: serving(dwd)/public", /^5: .*no copy "dwd"/],
    ["eject: node1/public", /^5: .*links of containers have no cards/],
    ["flap: { link: [node1/public, node7/public], down: 1s, up: 1s, times: 1 }", /^5: .*link\[1\].*no node "node7"/],
  ])("are refused: %s", (step, message) => {
    expect(complaintsOf(step)).toEqual([expect.stringMatching(message)]);
  });
});

describe("a partition", () => {
  it.each([
    ["{ groups: [node1] }", ["node1 to node2", "node2 to node1"]],
    ["{ groups: [[node1], [node2]] }", ["node1 to node2", "node2 to node1"]],
    ["{ from: node1, to: node2 }", ["node1 to node2"]],
    ["{ from: node2 }", ["node2 to node1"]],
    ["{ from: all, to: node1 }", ["node2 to node1"]],
  ])("%s loses what goes from one to another, and lets it pass again", async (args, ways) => {
    const [from, to] = [ways.map((way) => `block ${way}`), ways.map((way) => `unblock ${way}`)];
    const calls = (await callsOf(`  - partition: ${args}\n`)).map((call) => call.replace("/private", ""));
    expect(calls).toEqual([...from, ...to]);
  });

  it.each([
    ["{ groups: [node1, [node2, node1]] }", /^5: .*groups\[1\].*node1 is in two groups/],
    ["{ groups: [all] }", /^5: .*all nodes are in one group/],
    ["{ groups: [node9] }", /^5: .*no node "node9"/],
    ["{ from: node1, to: node1 }", /^5: .*node1 cannot be parted from itself/],
    ["{ from: node1, to: node7 }", /^5: .*no node "node7"/],
  ])("%s is refused", (args, message) => {
    expect(complaintsOf(`partition: ${args}`)).toEqual([expect.stringMatching(message)]);
  });

  it("of the serving node in a group with another is refused when that is the other", async () => {
    const { parts, calls } = fakeRun(`steps:\n${copy}${during}partition: { groups: [serving(dvd), node1] }\n`);
    expect(await runScenario(parts)).toMatchObject({
      outcome: "unknown",
      reasons: expect.arrayContaining([expect.stringContaining("node1 is in two groups")]) as string[],
    });
    expect(calls.filter((call) => call.includes("block"))).toEqual([]);
  });
});

describe("links that are slow or bad", () => {
  it.each([
    ["slow: { link: node2/public, rate: 10mbit }", '{"rate":1250000}'],
    ["impair: { link: node2/public, delay: 20ms, loss: 1% }", '{"delayMs":20,"loss":0.01}'],
  ])("%s are as good as they were afterwards", async (step, shape) => {
    expect(await callsOf(`  - ${step}\n`)).toEqual([`shape node2/public ${shape}`, "shape node2/public null"]);
  });

  it.each([
    ["slow: { link: node2/public, rate: 0mbit }", /^5: .*cut/],
    ["slow: { link: node2/publik, rate: 1mbit }", /^5: .*no network "publik"/],
    ["impair: { link: node2/public }", /^5: .*at least one of/],
    ["impair: { link: node2/public, reorder: 5% }", /^5: .*add `delay`/],
  ])("%s is refused", (step, message) => {
    expect(refusalOf(step)).toMatch(message);
  });

  it("that the kernel cannot make bad are refused, with what would enable it", () => {
    const step = "impair: { link: node2/public, delay: 20ms }";
    const loaded = readScenario("sim.yaml", `name: sim\ntopology: sim\nsteps:\n${copy}  - ${step}\n`);
    expect(checkScenario(loaded, spec, { netem: false })).toMatchObject([
      {
        code: "scenario/no-netem",
        position: { line: 5 },
        hint: expect.stringContaining("CONFIG_NET_SCH_NETEM") as string,
      },
    ]);
    const machine = { ...spec, nodes: spec.nodes.map((node) => ({ ...node, runtime: "qemu" as const })) };
    expect(checkScenario(loaded, machine, { netem: false })).toEqual([]);
    for (const netem of [true, undefined]) expect(checkScenario(loaded, spec, { netem })).toEqual([]);
  });
});

describe("the storage and the cluster lock", () => {
  it("is filled once for all nodes, and gets its room back", async () => {
    const { parts, calls } = fakeRun("steps:\n  - storage: full\n");
    await runScenario(parts);
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatch(/^exec node1 .*fallocate/s);
    expect(calls[1]).toMatch(/^exec node1 rm -f/);
  });

  it("that is full fails a copy, which is a pass where the scenario asks for that", async () => {
    const ends = () => Promise.resolve({ ok: false as const, stage: "write", status: "", message: "disk full" });
    const outcome = async (grade: string) => {
      const steps = `steps:\n${copy}${during}storage: full\n  - expect: { copy: dvd, grade: ${grade} }\n`;
      const { parts } = fakeRun(steps, { ends });
      return (await runScenario(parts)).reasons.filter((reason) => reason.startsWith("copy from"));
    };
    expect(await outcome("G0")).toEqual([]);
    expect(await outcome("{ persistent: G4, durable: G0 }")).toEqual([expect.stringContaining("disk full")]);
  });

  it("is not filled where it is the host's disk", () => {
    const loaded = readScenario("sim.yaml", "name: sim\ntopology: sim\nsteps:\n  - storage: full\n");
    const tmpfs = { ...spec.cluster.storage, medium: "tmpfs" as const };
    expect(checkScenario(loaded, { ...spec, cluster: { ...spec.cluster, storage: tmpfs } })).toEqual([]);
    expect(checkScenario(loaded, spec)).toMatchObject([{ code: "scenario/host-disk", position: { line: 4 } }]);
  });

  it.each([
    ["holder", [/^exec node1 -x$/]],
    ["file", [/^exec node1 mv /, /^exec node1 .*$/]],
  ])("is lost by its %s at the leader", async (what, calls) => {
    const done = await callsOf(`  - lose-lock: ${what}\n`);
    expect(done).toEqual(calls.map((call) => expect.stringMatching(call) as string));
  });

  it("is lost to all: a copy that another node than the leader serves is hit as well", async () => {
    const { parts, events } = fakeRun(`steps:\n${copy}${during}lose-lock: holder\n`);
    await runScenario(parts);
    expect(events).toContainEqual(expect.objectContaining({ type: "fault.started", nodes: ["node1"], serving: true }));
  });

  it("is made slow for every node, and fast again", async () => {
    const calls = await callsOf("  - storage: { slow: 4MB }\n");
    expect(calls).toEqual([
      ...["node1", "node2"].map((node) => `throttle ${node} /cluster 4000000`),
      ...["node1", "node2"].map((node) => `throttle ${node} /cluster null`),
    ]);
  });

  it("is not made slow where it is no disk", () => {
    const tmpfs = { ...spec.cluster.storage, medium: "tmpfs" as const };
    const loaded = readScenario("sim.yaml", "name: sim\ntopology: sim\nsteps:\n  - storage: { slow: 4MB }\n");
    const found = checkScenario(loaded, { ...spec, cluster: { ...spec.cluster, storage: tmpfs } });
    expect(found).toMatchObject([{ code: "scenario/no-disk", position: { line: 4 } }]);
    const nodes = spec.nodes.map((node) => ({ ...node, runtime: "qemu" as const }));
    expect(checkScenario(loaded, { ...spec, nodes })).toMatchObject([
      { code: "scenario/no-disk", position: { line: 4 } },
    ]);
  });

  it.each([
    ["readonly", /^5: .*cannot be made read-only: /],
    ["slow", /^5: .*without a rate/],
    ["{ slow: 0B }", /^5: .*use `freeze`/],
  ])("cannot be made %s, and the refusal says why", (what, why) => {
    expect(refusalOf(`storage: ${what}`)).toMatch(why);
  });
});

/** What a step is refused for, by its form or by the lab. */
function refusalOf(step: string): string {
  try {
    return complaintsOf(step).join();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics.map(({ message, position }) => `${String(position?.line)}: ${message}`).join();
  }
}

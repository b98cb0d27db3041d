import { describe, expect, it } from "vitest";
import { spec } from "../lab/lab.fixture.js";
import { fakeRun, stillAt } from "./fake-lab.fixture.js";
import { faultVerbs } from "./fault-verbs.js";
import { checkScenario, readScenario } from "./load.js";
import { runScenario } from "./run.js";
import type { AnyVerb } from "./scenario.js";
import { verbs } from "./verbs.js";

const copy = "  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 1kB }\n";
const during = "    during:\n      - at: { copy: dvd, progress: 40% }\n        ";

/** What was done to the lab by a scenario of these steps. */
async function callsOf(steps: string): Promise<string[]> {
  const { parts, calls } = fakeRun(`steps:\n${steps}`);
  await runScenario(parts);
  return calls;
}

describe("faults", () => {
  it("are all among those that a nemesis draws from", () => {
    const named = Object.entries<AnyVerb>(verbs).filter(([, { isFault }]) => isFault === true);
    // A client that is told to move needs a witness, which a nemesis cannot count on.
    const drawn = named.map(([name]) => name).filter((name) => name !== "client-move");
    expect(drawn.sort()).toEqual(Object.keys(faultVerbs).sort());
  });

  it.each([
    ["stop: node2", ["stop node2", "continue node2"]],
    ["ban: { nodes: [node1, node2], for: 20s }", ["ban node1 20000", "ban node2 20000", "unban node1", "unban node2"]],
    ["ban: { nodes: node2 }", ["ban node2 60000", "unban node2"]],
    ["moveip: { address: 10.90.2.101, to: node2 }", ["moveip 10.90.2.101 node2", "ipreallocate"]],
    ["moveip: { address: 10.90.2.101 }", ["moveip 10.90.2.101 node2", "ipreallocate"]],
  ])("of %s are healed by their opposite", async (step, calls) => {
    expect(await callsOf(`  - ${step}\n`)).toEqual(calls);
  });

  it("of several sorts are healed from the newest to the oldest", async () => {
    expect(await callsOf("  - stop: node1\n  - ban: { nodes: node2 }\n")).toEqual([
      ...["stop node1", "ban node2 60000"],
      ...["unban node2", "continue node1"],
    ]);
  });

  it.each([
    ["stop: node1", "continue: all", ["stop node1", "continue node1", "continue node2"]],
    ["ban: { nodes: node1 }", "unban: node1", ["ban node1 60000", "unban node1"]],
    ["moveip: { address: 10.90.2.101 }", "ipreallocate: all", ["moveip 10.90.2.101 node2", "ipreallocate"]],
  ])("of %s are not healed again after %s", async (fault, opposite, calls) => {
    expect(await callsOf(`  - ${fault}\n  - ${opposite}\n`)).toEqual(calls);
  });

  it("are not undone by the opposite of another", async () => {
    expect(await callsOf("  - stop: node1\n  - unban: node1\n")).toEqual([
      ...["stop node1", "unban node1", "continue node1"],
    ]);
  });

  it.each(["stop: serving(dvd)", "ban: { nodes: serving(dvd) }", "moveip: { of: dvd }"])(
    "of %s at the node that serves move its address, or nothing is concluded",
    async (fault) => {
      const steps = `steps:\n${copy}${during}${fault}\n  - expect: { copy: dvd, failovers: 1 }\n`;
      const { parts } = fakeRun(steps, { clock: stillAt(2) });
      const { outcome, reasons } = await runScenario(parts);
      expect(outcome).toBe("unknown");
      expect(reasons.join()).toMatch(/the public address 10.90.2.101 did not move/);
    },
  );

  it("of killed smbds are healed by the start of Samba", async () => {
    const [killed, started, ...more] = await callsOf("  - kill: { process: smbd, on: node2 }\n");
    expect(killed).toMatch(/^exec node2 .*-STOP .* -KILL .\^smbd.$/);
    expect(started).toMatch(/^exec node2 .*50\.samba\.script startup$/);
    expect(more).toEqual([]);
  });

  it("of a client's smbd are of the node that serves it", async () => {
    const { parts, events } = fakeRun(`steps:\n${copy}${during}kill: { process: smbd, of: dvd }\n`);
    await runScenario(parts);
    expect(events).toContainEqual({
      ...{ type: "fault.started", fault: "kill client's smbd", nodes: ["node1"] },
      ...{ serving: true, why: "node1 serves dvd" },
    });
  });

  it("that would move an address to its holder move nothing, and nothing is concluded", async () => {
    const { parts, calls } = fakeRun("steps:\n  - moveip: { address: 10.90.2.101, to: node1 }\n");
    expect(await runScenario(parts)).toMatchObject({
      outcome: "unknown",
      reasons: [expect.stringContaining("node1 holds 10.90.2.101 already") as string],
    });
    expect(calls).toEqual([]);
  });

  it.each([
    ["{ address: 10.90.2.111, to: node2 }", /^5:.*no public address 10.90.2.111/],
    ["{ of: dwd }", /^5:.*no copy "dwd"/],
    ["{ of: dvd, to: node9 }", /^5:.*no node "node9"/],
  ])("of addresses that do not exist are refused: %s", (args, message) => {
    const loaded = readScenario("sim.yaml", `name: sim\ntopology: sim\nsteps:\n${copy}  - moveip: ${args}\n`);
    const complaints = checkScenario(loaded, spec).map((one) => `${String(one.position?.line)}: ${one.message}`);
    expect(complaints).toEqual([expect.stringMatching(message)]);
  });
});

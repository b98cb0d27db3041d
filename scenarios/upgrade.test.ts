import { describe, expect, it } from "vitest";
import { spec } from "../lab/lab.fixture.js";
import { fakeRun, stillAt } from "./fake-lab.fixture.js";
import { checkScenario, readScenario } from "./load.js";
import { otherSamba } from "./other-samba.js";
import { runScenario } from "./run.js";

const read = (step: string) => readScenario("sim.yaml", `name: sim\ntopology: sim\nsteps:\n  - upgrade: ${step}\n`);

describe("an upgrade", () => {
  it("goes from node to node, shutting CTDB down before it takes the machine away", async () => {
    const { parts, calls } = fakeRun('steps:\n  - upgrade: { nodes: all, to: "4.25" }\n');
    const { reasons } = await runScenario(parts);
    expect(reasons).toEqual([expect.stringContaining("nothing was checked")]);
    expect(calls.map((call) => call.replace(/^exec (\w+) .*(shutdown|sleep).*$/s, "$1 $2"))).toEqual([
      ...["node1 shutdown", "node1 sleep", "replace node1 by 4.25"],
      ...["node2 shutdown", "node2 sleep", "replace node2 by 4.25"],
    ]);
  });

  it("ends with the first node that does not come back, says why, and puts it back", async () => {
    const clock = { ...stillAt(1000), sleep: () => Promise.reject(new Error("woken")) };
    const { parts, calls } = fakeRun('steps:\n  - upgrade: { nodes: all, to: "4.24", within: 0s }\n', {
      clock,
      exec: (_node, command) => ({
        exit: 0,
        stdout: command === "12" ? "[2026/11/26 12:33:02,  0] server.c:1\n  refusing to start\n" : "",
        stderr: "",
      }),
    });
    const flags = ["Unhealthy"];
    const nodes = spec.nodes.map(({ name, pnn }) => ({ node: name, pnn, flags }));
    const cluster = { ...parts.cluster, state: () => Promise.resolve({ nodes, addresses: [] }) };
    expect(await runScenario({ ...parts, cluster })).toMatchObject({
      outcome: "fail",
      reasons: [expect.stringMatching(/node1 is not OK 0 s after its upgrade: Unhealthy; its smbd said: refusing/)],
    });
    expect(calls.filter((call) => call.startsWith("replace"))).toEqual([
      ...["replace node1 by 4.24", "replace node1 by 4.25"],
    ]);
  });

  it("that Samba is known to refuse passes when it does, and fails when not", async () => {
    const outcomeOf = async (flags: readonly string[]) => {
      const steps = 'steps:\n  - upgrade: { nodes: node1, to: "4.24", within: 0s, comesBack: false }\n';
      const { parts } = fakeRun(steps);
      const nodes = [{ node: "node1", pnn: 0, flags }];
      const cluster = { ...parts.cluster, state: () => Promise.resolve({ nodes, addresses: [] }) };
      return (await runScenario({ ...parts, cluster })).reasons.join();
    };
    expect(await outcomeOf(["Unhealthy"])).toContain("nothing was checked");
    expect(await outcomeOf([])).toContain("Samba 4.24 was to be refused, and is not");
  });

  it("needs images of the releases it goes to", () => {
    expect(otherSamba(read('{ nodes: node1, to: "4.24" }').scenario)).toEqual(["4.24"]);
  });

  it.each([
    ['{ nodes: node1, to: "4.26" }', "scenario/unknown-samba"],
    ['{ nodes: node1, to: "4.24" }', "scenario/profile-needs-version"],
    ['{ nodes: node9, to: "4.25" }', "scenario/unknown-node"],
  ])("%s is refused", (step, code) => {
    expect(checkScenario(read(step), spec)).toMatchObject([{ code, position: { line: 4 } }]);
  });
});

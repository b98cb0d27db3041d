import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ToolError } from "../core/errors.js";
import type { ExecResult, Remote } from "../core/remote.js";
import type { NodeSpec } from "../topologies/spec.js";
import { clusterOf } from "./verbs.js";

const nodes: NodeSpec[] = [0, 1, 2].map((pnn) => ({
  ...{ name: `node${String(pnn + 1)}`, pnn, runtime: "docker", memoryMiB: null, samba: "4.25" },
  ...{ machineBecause: null, rdma: { private: null, public: null } },
  ...{ privateAddress: `10.89.1.1${String(pnn + 1)}`, publicAddress: `10.89.2.1${String(pnn + 1)}` },
}));

const header = "|Node|IP|Disconnected|Unknown|Banned|Disabled|Unhealthy|Stopped|Inactive|PartiallyOnline|ThisNode|";

/** What a node prints to the question for the state, when it sees these nodes connected and one of them holds all. */
function sees(connected: readonly number[], holder: number): ExecResult {
  const rows = nodes.map(
    ({ pnn, privateAddress }) =>
      `|${String(pnn)}|${privateAddress}|${connected.includes(pnn) ? "0" : "1"}|0|0|0|0|0|0|0|N|`,
  );
  const stdout = `${[header, ...rows].join("\n")}\n\n|Public IP|Node|\n|10.89.2.101|${String(holder)}|\n`;
  return { exit: 0, stdout, stderr: "" };
}

const down: ExecResult = { exit: 1, stdout: "", stderr: "connect() failed, errno=2\n" };

/** A cluster whose nodes answer every command with these results, and what was asked of which. */
function cluster(answers: Readonly<Record<string, ExecResult | ToolError>>) {
  const asked: string[] = [];
  const remote = (node: string): Remote => {
    const exec = (argv: readonly string[]) => {
      asked.push(`${node}: ${argv.join(" ")}`);
      const answer = answers[node] ?? down;
      return answer instanceof ToolError ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const never = () => Promise.reject(new Error("not part of this test"));
    return { node, exec, start: never, put: never, get: never };
  };
  return { asked, ...clusterOf(nodes, remote) };
}

describe("the state of the cluster", () => {
  test("names nodes and holders", async () => {
    const it = cluster({ node1: sees([0, 1, 2], 1) });
    expect(await it.state()).toEqual({
      nodes: nodes.map(({ name, pnn }) => ({ node: name, pnn, flags: [] })),
      addresses: [{ address: "10.89.2.101", node: "node2" }],
    });
  });

  test("comes from the next node while one does not answer, and later from that one at once", async () => {
    const gone = new ToolError({ code: "engine/gone", message: "node1 is not running" });
    const it = cluster({ node1: gone, node2: sees([1, 2], 1) });
    await it.state();
    expect(it.asked.map((one) => one.slice(0, 5))).toEqual(["node1", "node2"]);
    await it.state();
    expect(it.asked.map((one) => one.slice(0, 5))).toEqual(["node1", "node2", "node2"]);
  });

  test("is that of the majority, not of a node that is cut off and claims the address", async () => {
    const it = cluster({ node1: sees([0], 0), node2: sees([1, 2], 2) });
    expect(await it.holderOf("10.89.2.101")).toBe("node3");
  });

  test("is that of the only node left", async () => {
    const it = cluster({ node3: sees([2], 2) });
    expect(await it.holderOf("10.89.2.101")).toBe("node3");
  });

  test("holds a node's own address itself, whatever anybody sees", async () => {
    const it = cluster({});
    expect(await it.holderOf("10.89.2.12")).toBe("node2");
    expect(it.asked).toEqual([]);
  });

  test("is told by a node that is asked by name, whatever the others see", async () => {
    const it = cluster({ node1: sees([0], 0), node2: sees([1, 2], 2) });
    expect((await it.viewOf("node1")).addresses).toEqual([{ address: "10.89.2.101", node: "node1" }]);
    await expect(it.viewOf("node3")).rejects.toMatchObject({ failure: { code: "cluster/ctdb-failed" } });
    expect(it.asked.map((one) => one.slice(0, 5))).toEqual(["node1", "node3"]);
  });

  test("has no holder of an address that nobody holds", async () => {
    const it = cluster({ node1: sees([0, 1, 2], -1) });
    expect(await it.holderOf("10.89.2.101")).toBeUndefined();
  });

  test("is an error of the testbed when no node answers", async () => {
    await expect(cluster({}).state()).rejects.toMatchObject({ failure: { code: "cluster/ctdb-failed", exit: 1 } });
  });

  test("is an error of the testbed when a node answers in another tongue", async () => {
    const it = cluster({ node1: { exit: 0, stdout: "|Node|\n", stderr: "" } });
    await expect(it.state()).rejects.toMatchObject({ failure: { code: "cluster/unreadable" } });
  });
});

describe("disabling a node", () => {
  test("is asked of the node itself", async () => {
    const it = cluster({ node2: { exit: 0, stdout: "", stderr: "" } });
    await it.disable("node2");
    expect(it.asked).toEqual(["node2: ctdb disable"]);
  });

  test("twice is no error, as CTDB sees it", async () => {
    const it = cluster({ node2: { exit: 0, stdout: "", stderr: "Node 1 is already disabled\n" } });
    await expect(it.disable("node2")).resolves.toBeUndefined();
  });

  test("is an error of the testbed when CTDB refuses, with what it said", async () => {
    await expect(cluster({}).disable("node2")).rejects.toMatchObject({
      failure: { command: "ctdb disable", exit: 1, stderrTail: expect.stringContaining("connect() failed") as string },
    });
  });
});

describe("stopping and banning", () => {
  const fine = { node2: { exit: 0, stdout: "", stderr: "" } };

  test("are asked of the node itself, and so are their opposites", async () => {
    const it = cluster(fine);
    await it.stop("node2");
    await it.continue("node2");
    await it.ban("node2", 20_000);
    await it.unban("node2");
    expect(it.asked).toEqual(["node2: ctdb stop", "node2: ctdb continue", "node2: ctdb ban 20", "node2: ctdb unban"]);
  });

  test("a short ban is not one for ever, which 0 seconds are to CTDB", async () => {
    const it = cluster(fine);
    await it.ban("node2", 0);
    await it.ban("node2", 1_200);
    expect(it.asked).toEqual(["node2: ctdb ban 1", "node2: ctdb ban 2"]);
  });
});

describe("moving addresses", () => {
  const sees3 = sees([0, 1, 2], 0);

  test("is asked of a node that is in the cluster, by the number of the other", async () => {
    const it = cluster({ node2: sees3 });
    await it.moveAddress("10.89.2.101", "node3");
    expect(it.asked.at(-1)).toBe("node2: ctdb moveip 10.89.2.101 2");
  });

  test("and spreading them are not asked of a node that is cut off", async () => {
    const it = cluster({ node1: sees([0], 0), node2: sees([1, 2], 2) });
    await it.reallocate();
    expect(it.asked.at(-1)).toBe("node2: ctdb ipreallocate");
  });
});

test.each([
  ["1\n", "node2"],
  ["", undefined],
])("the leader that CTDB calls %j is %s", async (stdout, leader) => {
  const remote = (node: string): Remote => {
    const exec = ([, , command = ""]: readonly string[]) =>
      Promise.resolve(command.includes("leader") ? { exit: 0, stdout, stderr: "" } : sees([0, 1, 2], 0));
    const never = () => Promise.reject(new Error("not part of this test"));
    return { node, exec, start: never, put: never, get: never };
  };
  expect(await clusterOf(nodes, remote).leader()).toBe(leader);
});

test("both tables of the real thing are told apart", async () => {
  const transcript = readFileSync(new URL("fixtures/4.25.txt", import.meta.url), "utf8");
  const part = (command: string) => transcript.split(`$ ${command}\n`)[1]?.split("$ ")[0] ?? "";
  const stdout = `${part("ctdb -X status")}\n${part("ctdb -X ip all")}`;
  const it = cluster({ node1: { exit: 0, stdout, stderr: "" } });
  expect((await it.state()).addresses).toHaveLength(3);
});

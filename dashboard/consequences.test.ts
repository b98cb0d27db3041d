import { describe, expect, it } from "vitest";
import { consequencesOf, isDestructive } from "./consequences.js";
import { recorded } from "./recorded.fixture.js";
import { foldAll } from "./state/fold.js";

const atFault = foldAll(
  recorded.slice(
    0,
    recorded.findIndex(({ type }) => type === "fault.started"),
  ),
);

describe("what a key will do", () => {
  it("names the addresses that move, who can take them, and the client that is hit", () => {
    expect(consequencesOf(atFault, "disable", "node3")).toEqual([
      "10.24.2.101 moves to node1 or node2",
      expect.stringMatching(/^laptop is hit: it copies dvd \(4\d % done\) by 10\.24\.2\.101$/) as string,
    ]);
    expect(consequencesOf(atFault, "hang", "node1")).toEqual([
      "no connection breaks: clients and CTDB notice only by their time-outs",
      "10.24.2.103 moves to node2 or node3",
      "no copy that is running is served by it",
    ]);
  });

  it("says when nobody is left to take an address, and when there is none", () => {
    const nodes = atFault.run.nodes.map((node) => (node.node === "node3" ? node : { ...node, flags: ["Disabled"] }));
    const alone = { ...atFault, run: { ...atFault.run, nodes } };
    expect(consequencesOf(alone, "stop", "node3").join()).toContain("nobody takes 10.24.2.101: no other node is OK");
    const none = { ...atFault, run: { ...atFault.run, addresses: [] } };
    expect(consequencesOf(none, "disable", "node2")[0]).toBe("node2 holds no public address: none moves");
  });

  it("is asked about only where something is taken away", () => {
    expect(["disable", "kill", "cut"].every((action) => isDestructive(action as "cut"))).toBe(true);
    expect(["enable", "continue", "heal"].some((action) => isDestructive(action as "heal"))).toBe(false);
  });
});

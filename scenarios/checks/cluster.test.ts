import { describe, expect, it } from "vitest";
import { cluster } from "./cluster.js";

const state = {
  nodes: [
    { node: "node1", pnn: 0, flags: [] },
    { node: "node2", pnn: 1, flags: [] },
  ],
  addresses: [{ address: "10.77.2.101", node: "node1" }],
};
const facts = { state, nodes: 2, afterMs: 1500 };

describe("the check of the cluster", () => {
  it("passes when all nodes are OK and all addresses are held", () => {
    expect(cluster.judge("healthy", facts)).toEqual({
      outcome: "pass",
      reason: "2 nodes OK, 1 addresses held, after 1.5 s",
    });
  });

  it("fails when a node is not OK", () => {
    const nodes = [{ node: "node1", pnn: 0, flags: ["Disabled"] }, state.nodes[1]!];
    expect(cluster.judge("healthy", { ...facts, state: { ...state, nodes } })).toEqual({
      outcome: "fail",
      reason: "after 1.5 s: node1 is Disabled",
    });
  });

  it("fails when nobody holds an address", () => {
    const addresses = [{ address: "10.77.2.101", node: null }];
    expect(cluster.judge("healthy", { ...facts, state: { ...state, addresses } }).reason).toContain(
      "nobody holds 10.77.2.101",
    );
  });

  it("is unknown when CTDB did not answer, or tells of fewer nodes than there are", () => {
    expect(cluster.judge("healthy", { state: undefined, why: "timeout" }).outcome).toBe("unknown");
    expect(cluster.judge("healthy", { ...facts, nodes: 3 }).outcome).toBe("unknown");
  });
});

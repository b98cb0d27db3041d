import { describe, expect, it } from "vitest";
import type { ClusterState } from "../../cluster/verbs.js";
import { cluster } from "./cluster.js";

const healthy: ClusterState = {
  nodes: [
    { node: "node1", pnn: 0, flags: [] },
    { node: "node2", pnn: 1, flags: [] },
  ],
  addresses: [{ address: "10.77.2.101", node: "node1" }],
};
const disabled = { ...healthy, nodes: [{ node: "node1", pnn: 0, flags: ["Disabled"] }, healthy.nodes[1]!] };

function judge(...views: readonly (ClusterState | undefined)[]) {
  const answers = views.map(
    (answer, at) =>
      [`node${String(at + 1)}`, answer === undefined ? { failed: "no answer within 5 s" } : { answer }] as const,
  );
  return cluster.judge("healthy", { views: new Map(answers), nodes: 2, afterMs: 1500 });
}

describe("the check of the cluster", () => {
  it("passes when every node says that all nodes are OK and all addresses are held", () => {
    expect(judge(healthy, healthy)).toEqual({
      outcome: "pass",
      reason: "2 nodes OK and all addresses held, as each of them says, after 1.5 s",
    });
  });

  it("fails when a node is not OK", () => {
    expect(judge(disabled, disabled)).toEqual({ outcome: "fail", reason: "after 1.5 s: node1 is Disabled" });
  });

  it("fails when nobody holds an address", () => {
    const unheld = { ...healthy, addresses: [{ address: "10.77.2.101", node: null }] };
    expect(judge(unheld, unheld).reason).toBe("after 1.5 s: nobody holds 10.77.2.101");
  });

  it("fails when one node alone says so, whatever a node says that was away", () => {
    expect(judge(healthy, disabled).reason).toBe("after 1.5 s: node1 is Disabled, says node2");
    expect(judge(undefined, disabled).outcome).toBe("fail");
  });

  it("fails when nodes give an address to different holders", () => {
    const other = { ...healthy, addresses: [{ address: "10.77.2.101", node: "node2" }] };
    expect(judge(healthy, other).reason).toBe(
      "after 1.5 s: 10.77.2.101 is held by node1, says node1, and by node2, says node2",
    );
  });

  it("is unknown when a node did not answer, or tells of fewer nodes than there are", () => {
    expect(judge(healthy, undefined)).toEqual({
      outcome: "unknown",
      reason: "CTDB did not answer: node2: no answer within 5 s",
    });
    expect(judge(healthy, { ...healthy, nodes: healthy.nodes.slice(1) }).outcome).toBe("unknown");
    expect(judge().outcome).toBe("unknown");
  });
});

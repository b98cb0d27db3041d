import { describe, expect, it } from "vitest";
import { addresses } from "./addresses.js";

const [one, two] = ["10.7.0.101", "10.7.0.102"];
const nodes = ["node1", "node2"].map((node, pnn) => ({ node, pnn, flags: [] as string[] }));

function judge(
  wanted: "held" | "spread",
  has: Readonly<Record<string, readonly string[] | undefined>>,
  flags: string[] = [],
) {
  const holder = (address: string) => Object.keys(has).find((node) => has[node]?.includes(address)) ?? null;
  return addresses.judge(wanted, {
    addresses: [one, two],
    state: {
      nodes: nodes.map((node) => (node.node === "node1" ? { ...node, flags } : node)),
      addresses: [one, two].map((address) => ({ address, node: holder(address) })),
    },
    kernels: new Map(
      Object.entries(has).map(([node, answer]) => [node, answer === undefined ? { failed: "timeout" } : { answer }]),
    ),
  });
}

describe("the check of the addresses", () => {
  it("passes when each is on one healthy node, and spread when that is even", () => {
    expect(judge("spread", { node1: [one], node2: [two] })).toEqual({
      outcome: "pass",
      reason: "10.7.0.101 on node1, 10.7.0.102 on node2",
    });
    expect(judge("held", { node1: [], node2: [one, two] }).outcome).toBe("pass");
    expect(judge("spread", { node1: [], node2: [one, two] })).toEqual({
      outcome: "fail",
      reason: "not even: node1 has 0, node2 has 2",
    });
  });

  it("leaves nodes that are not OK out of what is even, and fails when such a node has an address", () => {
    expect(judge("spread", { node1: [], node2: [one, two] }, ["Disabled"]).outcome).toBe("pass");
    expect(judge("held", { node1: [one], node2: [two] }, ["Disabled"]).reason).toBe(
      "node1, which has 10.7.0.101, is Disabled",
    );
  });

  it("fails when two nodes have one address, whatever a third would say", () => {
    const both = judge("held", { node1: [one], node2: [one, two], node3: undefined });
    expect(both).toEqual({ outcome: "fail", reason: "node1 and node2 both have 10.7.0.101" });
  });

  it("is unknown when the node that may have an address does not answer", () => {
    expect(judge("held", { node1: [one], node2: undefined })).toEqual({ outcome: "unknown", reason: "node2: timeout" });
  });
});

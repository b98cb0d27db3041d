import type { ClusterState } from "../cluster/verbs.js";
import type { PerNode } from "./checks/per-node.js";

/** What keeps a cluster from being healthy, in words, or the empty text: a node that is not OK, an address nobody holds. */
export function unhealthy(state: ClusterState): string {
  return complaintsOf(state).join("; ");
}

/**
 * The same by the word of every node that answers, and where they contradict each other: a node that was frozen or cut off
 * goes on telling what it knew before, and would call a cluster healthy that it is no part of.
 */
export function unhealthyToAny(views: PerNode<ClusterState>): string {
  const answers = [...views].flatMap(([node, found]) => ("answer" in found ? [{ node, state: found.answer }] : []));
  const saidBy = new Map<string, string[]>();
  for (const { node, state } of answers)
    for (const complaint of complaintsOf(state)) saidBy.set(complaint, [...(saidBy.get(complaint) ?? []), node]);
  const complaints = [...saidBy].map(([complaint, nodes]) =>
    nodes.length === answers.length ? complaint : `${complaint}, ${says(nodes)}`,
  );
  return [...complaints, ...contradictions(answers)].join("; ");
}

function complaintsOf({ nodes, addresses }: ClusterState): string[] {
  return [
    ...nodes.filter((node) => node.flags.length > 0).map((node) => `${node.node} is ${node.flags.join(", ")}`),
    ...addresses.filter((address) => address.node === null).map(({ address }) => `nobody holds ${address}`),
  ];
}

/** Addresses that two nodes give to different holders. That one has none is a complaint already. */
function contradictions(answers: readonly { readonly node: string; readonly state: ClusterState }[]): string[] {
  const holders = new Map<string, Map<string, string[]>>();
  for (const { node, state } of answers)
    for (const { address, node: holder } of state.addresses) {
      if (holder === null) continue;
      const said = holders.get(address) ?? new Map<string, string[]>();
      holders.set(address, said.set(holder, [...(said.get(holder) ?? []), node]));
    }
  return [...holders].flatMap(([address, said]) =>
    said.size < 2
      ? []
      : [`${address} is held by ${[...said].map(([holder, nodes]) => `${holder}, ${says(nodes)}`).join(", and by ")}`],
  );
}

function says(nodes: readonly string[]): string {
  return `${nodes.length === 1 ? "says" : "say"} ${nodes.join(" and ")}`;
}

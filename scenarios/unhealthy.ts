import type { AddressState, NodeState } from "../core/event.js";

/** The cluster as CTDB tells it. */
export interface ClusterState {
  readonly nodes: readonly NodeState[];
  readonly addresses: readonly AddressState[];
}

/** What keeps a cluster from being healthy, in words, or the empty text: a node that is not OK, an address nobody holds. */
export function unhealthy({ nodes, addresses }: ClusterState): string {
  return [
    ...nodes.filter((node) => node.flags.length > 0).map((node) => `${node.node} is ${node.flags.join(", ")}`),
    ...addresses.filter((address) => address.node === null).map(({ address }) => `nobody holds ${address}`),
  ].join("; ");
}

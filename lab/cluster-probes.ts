import { keepsAddresses, unsettled } from "../cluster/readiness.js";
import type { LabSpec } from "../topologies/spec.js";
import type { ClusterState } from "./follow-cluster.js";
import { patience } from "./patience.js";
import type { Probe } from "./probe.js";

/** The state is in memory, kept fresh by another: asking is free. */
const everyMs = 10;

/** True when CTDB knows every node and calls each of them OK. */
export function allNodesOk(lab: LabSpec, state: () => ClusterState): Probe {
  return {
    ...{ name: "all nodes OK", everyMs, withinMs: 90_000 * patience(lab) },
    hint: "that node's log tells why; `up --keep-on-failure` leaves the lab to look at with `plugfest exec`",
    ask: () => {
      const { nodes } = state();
      const bad = lab.nodes.flatMap(({ name, pnn }) => {
        const flags = nodes.find((node) => node.pnn === pnn)?.flags;
        if (flags?.length === 0) return [];
        return [
          { node: name, detail: `${name} ${flags === undefined ? "is not known to CTDB" : `is ${flags.join(", ")}`}` },
        ];
      });
      const [first] = bad;
      if (first === undefined) return Promise.resolve(undefined);
      const detail = nodes.length === 0 ? "CTDB does not answer yet" : bad.map((one) => one.detail).join("; ");
      return Promise.resolve({ node: first.node, detail });
    },
  };
}

/** True when every public address is held by some node, and they are spread so that they stay where they are. */
export function addressesSettled(lab: LabSpec, state: () => ClusterState): Probe {
  const staying = keepsAddresses(lab.cluster.tunables);
  return {
    ...{ name: "all public addresses held", everyMs, withinMs: 30_000 * patience(lab) },
    hint: "does the node have its interface in the public network, and may it change addresses (NET_ADMIN)?",
    ask: () => {
      const { nodes, addresses } = state();
      const detail = unsettled(nodes, addresses, staying);
      return Promise.resolve(detail === undefined ? undefined : { node: lab.nodes[0]?.name ?? "", detail });
    },
  };
}

/** The name of the node that holds an address, as far as the state tells. */
export function holderOf(lab: LabSpec, { addresses }: ClusterState, address: string): string {
  const pnn = addresses.find((one) => one.address === address)?.pnn;
  return (lab.nodes.find((node) => node.pnn === pnn) ?? lab.nodes[0])?.name ?? "";
}

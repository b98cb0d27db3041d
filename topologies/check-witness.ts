import type { Finding } from "../core/finding.js";
import { hasWitness, versionsOf } from "./defaults.js";
import type { TopologyFile } from "./schema.js";

/** A witness needs Samba that has one, another node to be it, and a client needs a cluster with one. */
export function checkWitness({ cluster, clients }: TopologyFile): Finding[] {
  return [...checkService(cluster, clients), ...checkAddresses(clients)];
}

/** Samba's witness watches over floating addresses alone, and several channels go to others. */
function checkAddresses(clients: TopologyFile["clients"]): Finding[] {
  return Object.entries(clients)
    .filter(([, client]) => client.witness && client.channels > 1)
    .map(([name]) => ({
      path: ["clients", name, "channels"],
      code: "witness-or-channels",
      message: "the witness watches over floating addresses, and several channels go to the nodes' own",
      hint: "leave out one of witness and channels",
    }));
}

function checkService(cluster: TopologyFile["cluster"], clients: TopologyFile["clients"]): Finding[] {
  if (cluster?.witness !== true) {
    return Object.entries(clients)
      .filter(([, client]) => client.witness)
      .map(([name]) => ({
        path: ["clients", name, "witness"],
        code: "no-witness",
        message: "this cluster has no witness to register with",
        hint: "write witness: true below cluster",
      }));
  }
  const path = ["cluster", "witness"];
  const lacking = versionsOf(cluster).find((version) => !hasWitness(version));
  if (lacking !== undefined) {
    const message = `the witness service needs Samba 4.20 or later, and a node has ${lacking}`;
    return [{ path, code: "witness-needs-version", message, hint: "write another version, or leave witness out" }];
  }
  if (cluster.nodes > 1) return [];
  const message = "the witness of a node is another node, and there is only one";
  return [{ path, code: "witness-needs-nodes", message, hint: "write nodes: 2 or more, or leave witness out" }];
}

import type { LabSpec } from "../../topologies/spec.js";

/** An RDMA device in a virtual machine, on its link to a network. */
export interface RdmaDevice {
  readonly node: string;
  readonly network: string;
  /** As `rdma link` names it, such as `rxe0`: the number is that of the interface. */
  readonly device: string;
  readonly address: string;
}

/** All RDMA devices of a lab: each machine has one on its link to a network with `rdma`. */
export function rdmaDevices({ networks, cluster, clients }: LabSpec): RdmaDevice[] {
  const { name: network = "", rdma = null } = networks.find(({ name }) => name === cluster.publicNetwork) ?? {};
  if (rdma === null) return [];
  return clients
    .filter(({ runtime }) => runtime === "qemu")
    .map(({ name, address }) => ({ node: name, network, device: `${rdma}0`, address }));
}

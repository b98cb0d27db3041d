import { deviceName } from "../../topologies/rdma.js";
import type { LabSpec, Rdma } from "../../topologies/spec.js";

/** An RDMA device of a machine, on its link to a network. */
export interface RdmaDevice {
  readonly node: string;
  readonly network: string;
  readonly kind: Rdma;
  /** As `rdma link` names it, such as `rxe0` or, of a container, `rxe0.node1.redmond`: the number is that of the interface. */
  readonly device: string;
  /** The network interface that it is on. */
  readonly interface: string;
  readonly address: string;
}

/** All RDMA devices of a lab: a node's on its links to both networks, a server's or client's on that to the public one. */
export function rdmaDevices({ name, cluster, nodes, servers, clients }: LabSpec): RdmaDevice[] {
  const { privateNetwork, publicNetwork } = cluster;
  const links = [
    ...nodes.flatMap(({ name: node, runtime, rdma, privateAddress, publicAddress }) => [
      { node, runtime, network: privateNetwork, index: 0, address: privateAddress, kind: rdma.private },
      { node, runtime, network: publicNetwork, index: 1, address: publicAddress, kind: rdma.public },
    ]),
    ...[...servers, ...clients].map(({ name: node, runtime, address, rdma: kind }) => ({
      ...{ node, runtime, network: publicNetwork, index: 0, address, kind },
    })),
  ];
  return links.flatMap(({ node, runtime, network, index, address, kind }) => {
    if (kind === null) return [];
    const device = deviceName(kind, index, { runtime, node, lab: name });
    return [{ node, network, kind, device, interface: `eth${String(index)}`, address }];
  });
}

import type { LabSpec, Rdma } from "../../topologies/spec.js";

/** An RDMA device of a machine, on its link to a network. */
export interface RdmaDevice {
  readonly node: string;
  readonly network: string;
  readonly kind: Rdma;
  /** As `rdma link` names it, such as `rxe0`: the number is that of the interface. */
  readonly device: string;
  /** The network interface that it is on. */
  readonly interface: string;
  readonly address: string;
}

/** All RDMA devices of a lab: a node's on its links to both networks, a server's or client's on that to the public one. */
export function rdmaDevices({ cluster, nodes, servers, clients }: LabSpec): RdmaDevice[] {
  const { privateNetwork, publicNetwork } = cluster;
  const links = [
    ...nodes.flatMap(({ name: node, rdma, privateAddress, publicAddress }) => [
      { node, network: privateNetwork, index: 0, address: privateAddress, kind: rdma.private },
      { node, network: publicNetwork, index: 1, address: publicAddress, kind: rdma.public },
    ]),
    ...[...servers, ...clients].map(({ name: node, address, rdma: kind }) => ({
      ...{ node, network: publicNetwork, index: 0, address, kind },
    })),
  ];
  return links.flatMap(({ node, network, index, address, kind }) =>
    kind === null
      ? []
      : [{ node, network, kind, device: `${kind}${String(index)}`, interface: `eth${String(index)}`, address }],
  );
}

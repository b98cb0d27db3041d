import type { LabSpec, Rdma } from "../../topologies/spec.js";

/** An RDMA device in a virtual machine, on its link to a network. */
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

/** All RDMA devices of a lab: a server's or client's on its link to the public network. */
export function rdmaDevices({ cluster: { publicNetwork: network }, servers, clients }: LabSpec): RdmaDevice[] {
  return [...servers, ...clients].flatMap(({ name: node, address, rdma: kind }) =>
    kind === null ? [] : [{ node, network, kind, device: `${kind}0`, interface: "eth0", address }],
  );
}

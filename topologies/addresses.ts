import type { Cidr } from "./cidr.js";
import { addressText } from "./cidr.js";

/** How many addresses of each sort a subnet has to hold, besides the gateway. */
export interface Demand {
  readonly nodes: number;
  readonly floating: number;
  readonly clients: number;
}

export interface AddressPlan {
  readonly gateway: string;
  readonly nodes: readonly string[];
  /** The public addresses that CTDB moves between nodes. */
  readonly floating: readonly string[];
  readonly clients: readonly string[];
}

/** Where each sort begins in a subnet with room: a reader of a capture sees by the last number who it is. */
const roomy = { nodes: 11, floating: 101, clients: 201, end: 255 };

/**
 * Gives every machine and floating address of one subnet its address: the gateway takes .1; in a subnet of at least a
 * /24 nodes begin at .11, floating addresses at .101 and clients at .201, else everything follows the gateway closely.
 * Undefined when the subnet is too small.
 */
export function planAddresses(subnet: Cidr, demand: Demand): AddressPlan | undefined {
  if (capacityOf(subnet) < demand.nodes + demand.floating + demand.clients) return undefined;
  const start = fitsRoomily(subnet, demand)
    ? roomy
    : { nodes: 2, floating: 2 + demand.nodes, clients: 2 + demand.nodes + demand.floating };
  const run = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => addressText(subnet.first + from + index));
  return {
    gateway: addressText(subnet.first + 1),
    nodes: run(start.nodes, demand.nodes),
    floating: run(start.floating, demand.floating),
    clients: run(start.clients, demand.clients),
  };
}

/** How many addresses a subnet has to give: all but its own, the broadcast address and the gateway. */
export function capacityOf(subnet: Cidr): number {
  return Math.max(0, subnet.size - 3);
}

function fitsRoomily(subnet: Cidr, { nodes, floating, clients }: Demand): boolean {
  return (
    subnet.size >= 256 &&
    nodes <= roomy.floating - roomy.nodes &&
    floating <= roomy.clients - roomy.floating &&
    clients <= roomy.end - roomy.clients
  );
}

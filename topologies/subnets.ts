import { overlaps, parseCidr } from "./cidr.js";
import type { LabSpec } from "./spec.js";

/** A part of the address space that is in use on the host: by a network of an engine, or by a route. */
export interface OccupiedSubnet {
  /** IPv4 CIDR; anything else is passed over. */
  readonly subnet: string;
  /** Whose it is, for people: `Docker network bridge`, `route via eth0`. */
  readonly name: string;
  /** The lab that it belongs to, if it is plugfest's. */
  readonly lab?: string;
}

export interface SubnetClash {
  /** The lab's network, such as `public`. */
  readonly network: string;
  readonly subnet: string;
  readonly with: OccupiedSubnet;
}

/** The networks of a lab whose addresses are already in use on this host, by anyone but the lab itself. */
export function clashes(lab: LabSpec, occupied: readonly OccupiedSubnet[]): SubnetClash[] {
  return lab.networks.flatMap(({ name, subnet }) =>
    occupied
      .filter((other) => other.lab !== lab.name && areOverlapping(subnet, other.subnet))
      .map((other) => ({ network: name, subnet, with: other })),
  );
}

/** Whether two labs can be at once: neither the name nor an address of one is the other's. */
export function areApart(one: LabSpec, other: LabSpec): boolean {
  return one.name !== other.name && clashes(one, subnetsOf(other)).length === 0;
}

/** What a lab occupies when it is there. */
export function subnetsOf({ name: lab, networks }: LabSpec): OccupiedSubnet[] {
  return networks.map(({ name, subnet }) => ({ subnet, name: `network ${name}`, lab }));
}

function areOverlapping(a: string, b: string): boolean {
  const [first, second] = [parseCidr(a), parseCidr(b)];
  return first !== undefined && second !== undefined && second.prefix > 0 && overlaps(first, second);
}

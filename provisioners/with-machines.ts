import { type MachineSort, addressAmong } from "./machine-sort.js";
import type { Endpoint, Provisioner } from "./provisioner.js";

export interface WithMachines {
  readonly containers: Provisioner;
  /** Virtual machines, hosts that are there already. */
  readonly others: readonly MachineSort[];
  /** A container's own address on a network. */
  readonly containerAddress: (lab: string, endpoint: Endpoint) => Promise<string>;
}

/**
 * One provisioner of labs with containers and other machines: networks, volumes and markers are the engine's, and the
 * machines are on its bridges.
 */
export function withMachines({ containers, others, containerAddress }: WithMachines): Provisioner {
  const addressIn = (lab: string) => async (endpoint: Endpoint) =>
    addressAmong(others, lab, endpoint) ?? (await containerAddress(lab, endpoint));
  const sortOf = (lab: string, node: string) => others.find((sort) => sort.has(lab, node));
  return {
    ...containers,
    observe: async (filter, signal) => {
      const asked = [containers.observe(filter, signal), ...others.map((sort) => sort.observe(filter.lab, signal))];
      return (await Promise.all(asked)).flat();
    },
    create: (spec, stamp, secrets, signal) => {
      const sort = spec.kind === "machine" ? others.find((one) => one.makes(spec)) : undefined;
      return sort !== undefined && spec.kind === "machine"
        ? sort.create(spec, stamp, secrets, signal)
        : containers.create(spec, stamp, secrets, signal);
    },
    remove: (object, signal) => (others.find((sort) => sort.owns(object)) ?? containers).remove(object, signal),
    machines: (lab) => {
      const ofContainers = containers.machines(lab);
      const of = (node: string) => sortOf(lab, node)?.machines(lab, addressIn(lab)) ?? ofContainers;
      return {
        power: (node, to) => of(node).power(node, to),
        plug: (endpoint, plugged) => of(endpoint.node).plug(endpoint, plugged),
        fit: (endpoint, fitted) => of(endpoint.node).fit(endpoint, fitted),
        shape: (endpoint, shape) => of(endpoint.node).shape(endpoint, shape),
        block: (from, to, blocked) => of(from.node).block(from, to, blocked),
        throttle: (node, path, rate) => of(node).throttle(node, path, rate),
        snapshot: (node, name) => of(node).snapshot(node, name),
        restore: (node, name) => of(node).restore(node, name),
      };
    },
    connect: (lab, node) => (sortOf(lab, node) ?? containers).connect(lab, node),
    logs: (lab, node, options) => (sortOf(lab, node) ?? containers).logs(lab, node, options),
  };
}

import type { Endpoint, Provisioner } from "./provisioner.js";
import type { QemuMachines } from "./qemu/qemu-machines.js";

export interface WithMachines {
  readonly containers: Provisioner;
  readonly machines: QemuMachines;
  /** A container's own address on a network. */
  readonly containerAddress: (lab: string, endpoint: Endpoint) => Promise<string>;
}

/**
 * One provisioner of labs with containers and virtual machines: networks, volumes and markers are the engine's, and the
 * machines are on its bridges.
 */
export function withMachines({ containers, machines, containerAddress }: WithMachines): Provisioner {
  const addressIn = (lab: string) => async (endpoint: Endpoint) =>
    machines.addressOf(lab, endpoint) ?? (await containerAddress(lab, endpoint));
  return {
    ...containers,
    observe: async (filter, signal) => {
      const found = await Promise.all([containers.observe(filter, signal), machines.observe(filter.lab, signal)]);
      return found.flat();
    },
    create: (spec, stamp, secrets, signal) =>
      spec.kind === "machine" && spec.hardware !== undefined
        ? machines.create(spec, stamp, secrets, signal)
        : containers.create(spec, stamp, secrets, signal),
    remove: (object, signal) =>
      machines.owns(object) ? machines.remove(object, signal) : containers.remove(object, signal),
    machines: (lab) => {
      const ofContainers = containers.machines(lab);
      const ofMachines = machines.machines(lab, addressIn(lab));
      const of = (node: string) => (machines.has(lab, node) ? ofMachines : ofContainers);
      return {
        power: (node, to) => of(node).power(node, to),
        plug: (endpoint, plugged) => of(endpoint.node).plug(endpoint, plugged),
        shape: (endpoint, shape) => of(endpoint.node).shape(endpoint, shape),
        block: (from, to, blocked) => of(from.node).block(from, to, blocked),
        throttle: (node, path, rate) => of(node).throttle(node, path, rate),
      };
    },
    connect: (lab, node) => (machines.has(lab, node) ? machines : containers).connect(lab, node),
    logs: (lab, node, options) => (machines.has(lab, node) ? machines : containers).logs(lab, node, options),
  };
}

import type { MachineObject } from "../topologies/objects.js";
import { deviceName } from "../topologies/rdma.js";

/**
 * A container with the devices for RDMA that its links are to have: what it may do for that, and the list that its image makes
 * them by (images/rdma). A virtual machine has them from its seed, and a host that was there before has those that it has.
 */
export function withRdmaDevices(machine: MachineObject): MachineObject {
  const { endpoints, capabilities, files, hardware, host, lab, node } = machine;
  if (hardware !== undefined || host !== undefined || endpoints.every(({ rdma }) => rdma === undefined)) return machine;
  const lines = endpoints.flatMap(({ rdma }, index) =>
    rdma === undefined
      ? []
      : [`${rdma} ${deviceName(rdma, index, { runtime: "docker", node, lab })} eth${String(index)}\n`],
  );
  const list = { path: "/etc/plugfest/rdma", content: lines.join(""), mode: 0o644 };
  const may = new Map([...capabilities, ...needed].map((capability) => [capability.name, capability]));
  return { ...machine, capabilities: [...may.values()], files: [...files, list] };
}

const needed: MachineObject["capabilities"] = [
  { name: "NET_ADMIN", why: "it makes a device for RDMA on its interface" },
  { name: "IPC_LOCK", why: "what RDMA reads and writes must stay in memory" },
];

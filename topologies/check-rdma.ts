import type { Finding } from "../core/finding.js";
import { runtimeOf } from "./defaults.js";
import type { TopologyFile } from "./schema.js";

/** RDMA is a device of a kernel: only virtual machines have one of their own. */
export function checkRdma(file: TopologyFile): Finding[] {
  const { networks, clients } = file;
  const hint = "leave `rdma` out, or write it at a network with clients that are virtual machines";
  const empty = (network: string, message: string): Finding => ({
    ...{ path: ["networks", network, "rdma"], code: "rdma-of-nobody", message, hint },
  });
  const inside =
    networks.private.rdma === undefined
      ? []
      : [empty("private", "only nodes are on the private network, and clients alone have devices for RDMA")];
  if (networks.public.rdma === undefined) return inside;
  const containers = Object.entries(clients).filter(([, { runtime }]) => runtime === "docker");
  const machines = Object.values(clients).filter((client) => runtimeOf(client, file) === "qemu");
  return [
    ...inside,
    ...(machines.length === 0 ? [empty("public", "no virtual machine is on the public network")] : []),
    ...containers.map(([name]) => ({
      ...{ path: ["clients", name, "runtime"], code: "rdma-of-container" },
      message: "a container cannot have an RDMA device, and the public network has rdma",
      hint: "write runtime: qemu, or leave runtime out",
    })),
  ];
}

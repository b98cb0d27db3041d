import type { Finding } from "../core/finding.js";
import { containersMayHave, deviceOn, rdmaOf, runtimeOf } from "./defaults.js";
import type { TopologyFile } from "./schema.js";

/** RDMA is a device of a kernel: only virtual machines have one of their own. */
export function checkRdma(file: TopologyFile): Finding[] {
  const { networks, clients, servers } = file;
  const hint = "leave `rdma` out, or write it at a network with clients or servers that are virtual machines";
  const empty = (network: string, message: string): Finding => ({
    ...{ path: ["networks", network, "rdma"], code: "rdma-of-nobody", message, hint },
  });
  const devices = [
    ...Object.values(servers).map((server) => rdmaOf(server, file)),
    ...Object.values(clients).map((client) => deviceOn(runtimeOf(client, file), rdmaOf(client, file))),
  ];
  return [
    ...(networks.private.rdma === undefined
      ? []
      : [empty("private", "only nodes are on the private network, and they have no devices for RDMA")]),
    ...(networks.public.rdma === undefined || devices.includes(networks.public.rdma)
      ? []
      : [empty("public", "no virtual machine is on the public network")]),
    ...Object.entries(clients).flatMap(([name, client]) => checkClient(name, client, file)),
  ];
}

function checkClient(name: string, client: TopologyFile["clients"][string], file: TopologyFile): Finding[] {
  const path = ["clients", name];
  const rdma = rdmaOf(client, file);
  if (client.runtime === "docker" && rdma !== undefined && !containersMayHave(rdma)) {
    const where = client.rdma === undefined ? "the public network" : "its link";
    const message = `a container cannot have an RDMA device, and ${where} has rdma`;
    const hint = "write runtime: qemu, or leave runtime out";
    return [{ path: [...path, "runtime"], code: "rdma-of-container", message, hint }];
  }
  if (client.runtime === "ssh" && client.rdma !== undefined && client.rdma !== "none") {
    const message = "a host that was there before has the devices that it has";
    return [{ path: [...path, "rdma"], code: "rdma-of-host", message, hint: "remove it" }];
  }
  return [];
}

import type { Finding } from "../core/finding.js";
import { type ClusteredFile, runtimeOf, runtimesOf, whyMachine, whyMachines } from "./defaults.js";
import { deviceOn, nodeRdmaOf, rdmaOf, takesMachine } from "./rdma.js";
import type { TopologyFile } from "./schema.js";
import type { Rdma } from "./spec.js";

/** RDMA is a device of a kernel: a virtual machine has one of its own, and a container what this host's has for it. */
export function checkRdma(file: TopologyFile): Finding[] {
  const { networks, clients, servers, cluster } = file;
  const clustered = cluster && { ...file, cluster };
  const ofNodes = clustered && nodeRdmaOf(clustered);
  const onPublic = [
    ...Object.values(servers).map((server) => rdmaOf(server, file)),
    ...Object.values(clients).map((client) => deviceOn(runtimeOf(client, file), rdmaOf(client, file), file.host)),
  ];
  return [
    ...emptyOf("private", networks.private.rdma, [ofNodes?.private]),
    ...emptyOf("public", networks.public.rdma, [ofNodes?.public, ...onPublic]),
    ...(clustered === undefined ? [] : [...checkContainers(clustered), ...checkSiw(clustered)]),
    ...Object.entries(clients).flatMap(([name, client]) => checkClient(name, client, file)),
  ];
}

const networkNames = ["private", "public"] as const;

type Network = (typeof networkNames)[number];

/** A network with RDMA on which nobody has it. */
function emptyOf(network: Network, rdma: Rdma | undefined, devices: readonly (Rdma | undefined)[]): Finding[] {
  if (rdma === undefined || devices.includes(rdma)) return [];
  const message =
    network === "private"
      ? "only a cluster's nodes are on the private network, and none has a device for it"
      : "nobody on the public network has a device for it";
  const hint = "leave `rdma` out, or let what is on the network have a device";
  return [{ path: ["networks", network, "rdma"], code: "rdma-of-nobody", message, hint }];
}

function checkContainers(file: ClusteredFile): Finding[] {
  const wanted = nodeRdmaOf(file);
  const network = networkNames.find((name) => takesMachine(wanted[name], file.host));
  if (network === undefined || !runtimesOf(file).includes("docker")) return [];
  const message = `nodes cannot be containers: ${whyMachines(file) ?? ""}`;
  const hint = `write runtime: qemu, or leave runtime out; or cluster: { rdma: { ${network}: none } }`;
  return [{ path: ["cluster", "runtime"], code: "rdma-of-container", message, hint }];
}

/** It is compiled for clients and servers, in a Debian of the suite that their kernel is of; a node's is that of its Samba. */
function checkSiw(file: ClusteredFile): Finding[] {
  const { cluster, kernel } = file;
  const wanted = nodeRdmaOf(file);
  const network = networkNames.find((name) => wanted[name] === "siw");
  if (network === undefined || kernel !== undefined) return [];
  const path = cluster.rdma[network] === undefined ? ["networks", network, "rdma"] : ["cluster", "rdma", network];
  const message = "Debian's kernel is without soft-iWARP (siw), and nodes have no other";
  const hint = `write rdma: rxe, name a kernel with CONFIG_RDMA_SIW, or write cluster: { rdma: { ${network}: none } }`;
  return [{ path, code: "siw-of-nodes", message, hint }];
}

function checkClient(name: string, client: TopologyFile["clients"][string], file: TopologyFile): Finding[] {
  const path = ["clients", name];
  if (client.runtime === "docker" && takesMachine(rdmaOf(client, file), file.host)) {
    const message = `it cannot be a container: ${whyMachine(client, file) ?? ""}`;
    const hint = "write runtime: qemu, or leave runtime out";
    return [{ path: [...path, "runtime"], code: "rdma-of-container", message, hint }];
  }
  const isAsked = client.rdma !== undefined && client.rdma !== "none";
  if (client.kind === "windows" && isAsked) {
    const message = "Windows has no RDMA in software";
    return [{ path: [...path, "rdma"], code: "rdma-of-windows", message, hint: "remove it" }];
  }
  if (client.runtime === "ssh" && isAsked) {
    const message = "a host that was there before has the devices that it has";
    return [{ path: [...path, "rdma"], code: "rdma-of-host", message, hint: "remove it" }];
  }
  return [];
}

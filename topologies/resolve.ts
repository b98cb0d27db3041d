import { assert } from "../core/assert.js";
import { planAddresses } from "./addresses.js";
import type { AddressPlan, Demand } from "./addresses.js";
import { parseCidr } from "./cidr.js";
import {
  type ClusteredFile,
  type ClusterFile,
  memoryMiBOf,
  mtuOf,
  noCluster,
  profileOf,
  publicAddressCount,
  runtimeOf,
  runtimesOf,
  sambasOf,
  storageOf,
  whyMachine,
  whyMachines,
} from "./defaults.js";
import { deviceOn, nodeRdmaOf, rdmaOf } from "./rdma.js";
import { mountSchema } from "./mount-schema.js";
import type { Mount } from "./mount-schema.js";
import type { TopologyFile } from "./schema.js";
import type { ClientSpec, LabSpec, MountSpec, NetworkSpec, NodeSpec, Runtime, ServerSpec } from "./spec.js";

/** Makes everything explicit: defaults that depend on other fields, names, addresses. For a file that `check` passed. */
export function resolveTopology(file: TopologyFile, source: string): LabSpec {
  const { cluster } = file;
  const nodes = cluster?.nodes ?? 0;
  const clients = Object.keys(file.clients).length;
  const inside = addressed("private", file, { nodes, floating: 0, clients: 0 });
  const outside = addressed("public", file, {
    nodes,
    floating: cluster === undefined ? 0 : publicAddressCount(cluster),
    clients: clients + Object.keys(file.servers).length,
  });

  return {
    name: file.name,
    source,
    kernel: file.kernel ?? null,
    // Without nodes nobody would be on the private network.
    networks: cluster === undefined ? [outside.network] : [inside.network, outside.network],
    cluster: {
      ...{ privateNetwork: inside.network.name, publicNetwork: outside.network.name },
      ...(cluster === undefined ? noCluster : clusterSpec({ ...file, cluster }, outside.addresses.floating)),
    },
    nodes:
      cluster === undefined ? [] : nodeSpecs({ ...file, cluster }, inside.addresses.nodes, outside.addresses.nodes),
    servers: serverSpecs(file, outside.addresses.clients.slice(clients)),
    clients: Object.entries(file.clients).map(([name, client], index) =>
      clientSpec(name, client, file, client.address ?? at(outside.addresses.clients, index)),
    ),
  };
}

function nodeSamba({ builds }: ClusterFile, samba: string): Pick<NodeSpec, "samba" | "build"> {
  const build = builds?.[samba];
  return build === undefined ? { samba } : { samba: build.name, build };
}

function mountOf({ attributes, echoInterval, handleTimeout, persistentHandles, ...mount }: Mount): MountSpec {
  return {
    ...mount,
    persistentHandles: persistentHandles ?? null,
    handleTimeoutMs: handleTimeout ?? null,
    attributesMs: attributes ?? null,
    echoIntervalMs: echoInterval ?? null,
  };
}

function clusterSpec(file: ClusteredFile, publicAddresses: readonly string[]) {
  const { cluster } = file;
  return {
    ...{ profile: profileOf(cluster), storage: storageOf(file), publicAddresses },
    shares: Object.entries(cluster.shares).map(([name, { path }]) => ({ name, path })),
    ...{ witness: cluster.witness, tunables: cluster.tunables, smbConf: cluster.smbConf },
  };
}

function nodeSpecs(file: ClusteredFile, inside: readonly string[], outside: readonly string[]): NodeSpec[] {
  const runtimes = runtimesOf(file);
  const wanted = nodeRdmaOf(file);
  // Where nobody asked for them.
  const because = file.cluster.runtime === undefined && file.runtime !== "qemu" ? whyMachines(file) : undefined;
  const device = (pnn: number, network: keyof typeof wanted) =>
    deviceOn(at(runtimes, pnn), wanted[network], file.host) ?? null;
  return sambasOf(file.cluster).map((samba, pnn) => ({
    name: `node${String(pnn + 1)}`,
    pnn,
    ...hardware(at(runtimes, pnn), file.cluster.memory),
    machineBecause: because ?? null,
    rdma: { private: device(pnn, "private"), public: device(pnn, "public") },
    ...nodeSamba(file.cluster, samba),
    privateAddress: at(inside, pnn),
    publicAddress: at(outside, pnn),
  }));
}

function serverSpecs(file: TopologyFile, addresses: readonly string[]): ServerSpec[] {
  return Object.entries(file.servers).map(([name, { kind, shares, memory, rdma }], index) => ({
    ...{ name, kind, runtime: "qemu", memoryMiB: memoryMiBOf(memory), address: at(addresses, index) },
    rdma: rdmaOf({ kind, rdma }, file) ?? null,
    shares: shares.map((share) => ({ name: share, path: `/srv/${share}` })),
  }));
}

type ClientFile = TopologyFile["clients"][string];

function clientSpec(name: string, client: ClientFile, file: TopologyFile, address: string): ClientSpec {
  const { kind, signing, channels, witness, memory, ssh } = client;
  const runtime = runtimeOf(client, file);
  // Where nobody asked for one.
  const because = client.runtime === undefined && file.runtime !== "qemu" ? whyMachine(client, file) : undefined;
  return {
    ...{ name, kind, address, signing, channels, witness },
    ...hardware(runtime, memory, kind === "windows" ? "windows" : "linux"),
    rdma: deviceOn(runtime, rdmaOf(client, file), file.host) ?? null,
    host: ssh === undefined ? null : { ...ssh, keyFile: ssh.keyFile ?? null },
    machineBecause: because ?? null,
    image: client.image ?? null,
    encryption: client.encryption ?? null,
    mount: kind === "cifs" ? mountOf(client.mount ?? mountSchema.parse({})) : null,
  };
}

function addressed(
  name: keyof TopologyFile["networks"],
  { networks }: TopologyFile,
  demand: Demand,
): { network: NetworkSpec; addresses: AddressPlan } {
  const network: TopologyFile["networks"]["private"] & { readonly uplink?: string | undefined } = networks[name];
  const { subnet, uplink = null, ...rest } = network;
  const cidr = parseCidr(subnet);
  const addresses = cidr && planAddresses(cidr, demand);
  assert(cidr && addresses, `the ${name} subnet was not checked`);
  const { gateway } = addresses;
  const over = { mtu: mtuOf(rest), rdma: rest.rdma ?? null };
  return { network: { name, subnet, prefix: cidr.prefix, gateway, uplink, ...over }, addresses };
}

function hardware<Of extends Runtime>(runtime: Of, memory: number | undefined, system: "linux" | "windows" = "linux") {
  return { runtime, memoryMiB: runtime === "qemu" ? memoryMiBOf(memory, system) : null };
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  assert(item !== undefined, "there are fewer than what was asked for");
  return item;
}

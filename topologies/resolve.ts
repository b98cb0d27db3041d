import { assert } from "../core/assert.js";
import { planAddresses } from "./addresses.js";
import type { AddressPlan, Demand } from "./addresses.js";
import { parseCidr } from "./cidr.js";
import { memoryMiBOf, profileOf, publicAddressCount, runtimeOf, runtimesOf, sambasOf, storageOf } from "./defaults.js";
import { mountSchema } from "./mount-schema.js";
import type { Mount } from "./mount-schema.js";
import type { TopologyFile } from "./schema.js";
import type { LabSpec, MountSpec, NetworkSpec, NodeSpec, Runtime } from "./spec.js";

/** Makes everything explicit: defaults that depend on other fields, names, addresses. For a file that `check` passed. */
export function resolveTopology(file: TopologyFile, source: string): LabSpec {
  const { cluster } = file;
  const runtimes = runtimesOf(file);
  const { nodes } = cluster;
  const clientNames = Object.keys(file.clients);
  const inside = addressed("private", file, { nodes, floating: 0, clients: 0 });
  const outside = addressed("public", file, {
    nodes,
    floating: publicAddressCount(cluster),
    clients: clientNames.length,
  });
  return {
    name: file.name,
    source,
    networks: [inside.network, outside.network],
    cluster: {
      profile: profileOf(cluster),
      storage: storageOf(file),
      privateNetwork: inside.network.name,
      publicNetwork: outside.network.name,
      publicAddresses: outside.addresses.floating,
      shares: Object.entries(cluster.shares).map(([name, { path }]) => ({ name, path })),
      witness: cluster.witness,
      tunables: cluster.tunables,
      smbConf: cluster.smbConf,
    },
    nodes: sambasOf(cluster).map((samba, pnn) => ({
      name: `node${String(pnn + 1)}`,
      pnn,
      ...hardware(at(runtimes, pnn), cluster.memory),
      ...nodeSamba(cluster, samba),
      privateAddress: at(inside.addresses.nodes, pnn),
      publicAddress: at(outside.addresses.nodes, pnn),
    })),
    clients: Object.entries(file.clients).map(([name, { memory, ssh, address, ...client }], index) => ({
      name,
      address: address ?? at(outside.addresses.clients, index),
      ...client,
      ...hardware(runtimeOf(client, file), memory),
      host: ssh === undefined ? null : { ...ssh, keyFile: ssh.keyFile ?? null },
      encryption: client.encryption ?? null,
      mount: client.kind === "cifs" ? mountOf(client.mount ?? mountSchema.parse({})) : null,
    })),
  };
}

function nodeSamba({ builds }: TopologyFile["cluster"], samba: string): Pick<NodeSpec, "samba" | "build"> {
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

function addressed(
  name: keyof TopologyFile["networks"],
  { networks }: TopologyFile,
  demand: Demand,
): { network: NetworkSpec; addresses: AddressPlan } {
  const network: { readonly subnet: string; readonly uplink?: string | undefined } = networks[name];
  const { subnet, uplink } = network;
  const cidr = parseCidr(subnet);
  const addresses = cidr && planAddresses(cidr, demand);
  assert(cidr && addresses, `the ${name} subnet was not checked`);
  return {
    network: { name, subnet, prefix: cidr.prefix, gateway: addresses.gateway, uplink: uplink ?? null },
    addresses,
  };
}

function hardware<Of extends Runtime>(runtime: Of, memory: number | undefined) {
  return { runtime, memoryMiB: runtime === "qemu" ? memoryMiBOf(memory) : null };
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  assert(item !== undefined, "there are fewer than what was asked for");
  return item;
}

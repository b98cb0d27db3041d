import type { TopologyFile } from "./schema.js";
import type { Profile, StorageSpec } from "./spec.js";

/** The first version with persistent handles. */
const persistentSince = "4.25";

/** The first version with rpcd_witness. */
const witnessSince = "4.20";

/**
 * Holds the DVD image of the demo, 4.7 GB, and some more. A tmpfs takes no memory before it is written to.
 */
const tmpfsBytes = 6 * 2 ** 30;

/** The Samba version of each node. Shorter than `nodes` when the user's list is: `check` complains about that. */
export function versionsOf({ nodes, samba }: TopologyFile["cluster"]): readonly string[] {
  return typeof samba === "string" ? Array.from({ length: nodes }, () => samba) : samba;
}

export function hasPersistentHandles(samba: string): boolean {
  return isAtLeast(samba, persistentSince);
}

export function hasWitness(samba: string): boolean {
  return isAtLeast(samba, witnessSince);
}

function isAtLeast(samba: string, least: string): boolean {
  const [major = 0, minor = 0] = samba.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

export function profileOf(cluster: TopologyFile["cluster"]): Profile {
  return cluster.profile ?? (versionsOf(cluster).every(hasPersistentHandles) ? "persistent" : "durable");
}

export function storageOf(cluster: TopologyFile["cluster"]): StorageSpec {
  const { kind, size } = cluster.storage;
  const medium = cluster.storage.medium ?? (profileOf(cluster) === "durable" ? "tmpfs" : "disk");
  return { kind, medium, sizeBytes: medium === "tmpfs" ? (size ?? tmpfsBytes) : null, mount: "/cluster" };
}

export function publicAddressCount({ nodes, publicAddresses }: TopologyFile["cluster"]): number {
  return publicAddresses.count ?? nodes;
}

/** Memory of a virtual machine in MiB: little, for an emulated one takes it from the host. */
export function memoryMiBOf(bytes: number | undefined): number {
  return bytes === undefined ? 512 : Math.floor(bytes / 2 ** 20);
}

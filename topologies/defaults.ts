import { nodeRdmaOf, rdmaOf, whyMachineOn } from "./rdma.js";
import type { TopologyFile } from "./schema.js";
import type { ClusterSpec, NodeRuntime, Profile, Rdma, Runtime, StorageSpec } from "./spec.js";

/** What a topology file says of its cluster, where there is one. */
export type ClusterFile = NonNullable<TopologyFile["cluster"]>;

/** A topology file with a cluster. */
export type ClusteredFile = TopologyFile & { readonly cluster: ClusterFile };

/** What of a file says what its nodes are made of. */
type NodesOf = Pick<ClusteredFile, "cluster" | "runtime" | "networks" | "host" | "kernel">;

/** The first version with persistent handles. */
const persistentSince = "4.25";

/** The first version with rpcd_witness. */
const witnessSince = "4.20";

/**
 * Holds the DVD image of the demo, 4.7 GB, and some more. A tmpfs takes no memory before it is written to.
 */
const tmpfsBytes = 6 * 2 ** 30;

/** The Samba of each node as it is written. Shorter than `nodes` when the user's list is: `check` complains about that. */
export function sambasOf({ nodes, samba }: ClusterFile): readonly string[] {
  return typeof samba === "string" ? Array.from({ length: nodes }, () => samba) : samba;
}

/** The Samba version of each node. */
export function versionsOf(cluster: ClusterFile): readonly string[] {
  return sambasOf(cluster).map((samba) => cluster.builds?.[samba]?.version ?? samba);
}

/** Whether that Samba can grant persistent handles. */
export function hasPersistentHandles(samba: string): boolean {
  return isAtLeast(samba, persistentSince);
}

/** Whether that Samba has the witness service. */
export function hasWitness(samba: string): boolean {
  return isAtLeast(samba, witnessSince);
}

function isAtLeast(samba: string, least: string): boolean {
  const [major = 0, minor = 0] = samba.split(".").map((part) => parseInt(part, 10));
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** The handles that clients are to get: the best that every node can grant. */
export function profileOf(cluster: ClusterFile): Profile {
  return cluster.profile ?? (versionsOf(cluster).every(hasPersistentHandles) ? "persistent" : "durable");
}

/**
 * What each node is made of. Shorter than `nodes` when the user's list is: `check` complains about that. Nodes of one cluster
 * are all of one sort, so that a device for RDMA on any of their links that a container cannot have makes all of them machines.
 */
export function runtimesOf(file: NodesOf): readonly NodeRuntime[] {
  const { cluster, runtime } = file;
  const own = cluster.runtime ?? (whyMachines(file) === undefined ? runtime : "qemu");
  return typeof own === "string" ? Array.from({ length: cluster.nodes }, () => own) : own;
}

/** Why the nodes cannot be containers; undefined where they can. */
export function whyMachines(file: NodesOf): string | undefined {
  const { rdma, memory } = file.cluster;
  const wanted = nodeRdmaOf(file);
  const because = (network: keyof typeof wanted) =>
    whyMachineOn({ network, rdma: wanted[network], isOwn: rdma[network] !== undefined, memory }, file);
  return because("private") ?? because("public");
}

/**
 * The kernel allocates blocks late on the host's disk, and OCFS2 at once: only the former is bad for durable handles. A
 * tmpfs of the engine's is for containers alone.
 */
export function storageOf(file: NodesOf): StorageSpec {
  const { cluster } = file;
  const { size } = cluster.storage;
  const onMachines = runtimesOf(file).includes("qemu");
  const kind = cluster.storage.kind ?? (onMachines ? "ocfs2" : "shared-volume");
  const wantsTmpfs = !onMachines && kind === "shared-volume" && profileOf(cluster) === "durable";
  const medium = cluster.storage.medium ?? (wantsTmpfs ? "tmpfs" : "disk");
  return { kind, medium, sizeBytes: medium === "tmpfs" ? (size ?? tmpfsBytes) : null, mount: "/cluster" };
}

/** Of a lab without nodes: nothing is shared and nothing moves. */
export const noCluster = {
  ...{ profile: "none", publicAddresses: [], shares: [], witness: false, tunables: {}, smbConf: {} },
  storage: { kind: "shared-volume", medium: "disk", sizeBytes: null, mount: "/cluster" },
} as const satisfies Omit<ClusterSpec, "privateNetwork" | "publicNetwork">;

/** Over soft-RoCE long packets carry three times as much as Ethernet's own. */
export function mtuOf({ mtu, rdma }: { readonly mtu?: number | undefined; readonly rdma?: Rdma | undefined }): number {
  return mtu ?? (rdma === undefined ? 1500 : 9000);
}

/** One address a node, if not told otherwise. */
export function publicAddressCount({ nodes, publicAddresses }: ClusterFile): number {
  return publicAddresses.count ?? nodes;
}

type ClientFile = TopologyFile["clients"][string];
type Surroundings = Pick<TopologyFile, "runtime" | "networks" | "kernel" | "host">;

/** What a client is made of: what the topology says, but for what a container cannot be. */
export function runtimeOf(client: ClientFile, lab: Surroundings): Runtime {
  return client.runtime ?? (whyMachine(client, lab) === undefined ? lab.runtime : "qemu");
}

/** Why a client cannot be a container, or is not meant to be one; undefined where it can. */
export function whyMachine(client: ClientFile, lab: Surroundings): string | undefined {
  if (client.kind === "windows") return "Windows does not run in a container";
  return (client.kind === "cifs" ? whyMachineMounts(client, lab) : undefined) ?? whyMachineHasRdma(client, lab);
}

/** A container mounts with the host's kernel, and with no more than that one has. */
function whyMachineMounts({ mount, witness, memory }: ClientFile, { host, kernel }: Surroundings): string | undefined {
  if (host.lackOfCifs !== null) return host.lackOfCifs;
  if (kernel !== undefined) return "it mounts with the topology's kernel, and a container has the host's";
  if (memory !== undefined) return "it has memory of its own, and a container has the host's";
  if (mount?.rdma === true) return "SMB Direct takes modules that plugfest compiles for a virtual machine's kernel";
  // Linux tells of it in the initial network namespace alone (genlmsg_multicast in fs/smb/client/cifs_swn.c).
  return witness
    ? "the kernel's witness speaks to its own network namespace alone, which is no container's"
    : undefined;
}

function whyMachineHasRdma(client: ClientFile, lab: Surroundings): string | undefined {
  const { rdma, memory } = client;
  return whyMachineOn({ network: "public", rdma: rdmaOf(client, lab), isOwn: rdma !== undefined, memory }, lab);
}

/** Memory of a virtual machine in MiB: little, for an emulated one takes it from the host; Windows 11 asks for 4 GiB. */
export function memoryMiBOf(bytes: number | undefined, system: "linux" | "windows" = "linux"): number {
  if (bytes === undefined) return system === "windows" ? 4096 : 512;
  return Math.floor(bytes / 2 ** 20);
}

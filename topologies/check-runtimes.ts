import type { Finding } from "../core/finding.js";
import { type ClusteredFile, type ClusterFile, memoryMiBOf, runtimeOf, runtimesOf, storageOf } from "./defaults.js";
import type { TopologyFile } from "./schema.js";
import type { Runtime } from "./spec.js";

/** What nodes and clients are made of, and whether the nodes can share a storage so. */
export function checkRuntimes(file: TopologyFile): Finding[] {
  const { cluster } = file;
  const ofNodes = cluster === undefined ? [] : [...checkList(cluster), ...checkSharing({ ...file, cluster })];
  return [...ofNodes, ...checkMemory(file)];
}

function checkList({ nodes, runtime }: ClusterFile): Finding[] {
  if (runtime === undefined || typeof runtime === "string" || runtime.length === nodes) return [];
  const message = `a list has one runtime for each node: expected ${String(nodes)}, got ${String(runtime.length)}`;
  return [{ path: ["cluster", "runtime"], at: "key", code: "runtimes-per-node", message }];
}

/**
 * A node's files must be the same files on all nodes. A container has the host's kernel, which does not take part in the
 * cluster of an OCFS2. A folder of the host's is there for both, but a machine has it by 9p, whose inode numbers are
 * two more than the host's (QID2INO in Linux, fs/9p/v9fs_vfs.h): Samba would take one file for two, and share no locks.
 */
function checkSharing(file: ClusteredFile): Finding[] {
  const runtimes = runtimesOf(file);
  const { kind, medium } = storageOf(file);
  if (runtimes.includes("docker") && runtimes.includes("qemu")) {
    const message =
      "nodes of one cluster are all containers or all virtual machines: Samba knows a file by its number, and in a " +
      "virtual machine each file of a shared folder has another number than in a container";
    const hint = "write runtime: docker, or runtime: qemu; clients can be either, whatever the nodes are";
    return [{ path: ["cluster", "runtime"], code: "mixed-nodes", message, hint }];
  }
  const path = ["cluster", "storage", "kind"];
  if (kind === "ocfs2" && runtimes.includes("docker")) {
    const message = "OCFS2 takes a kernel of each node's own, and these nodes are containers";
    return [{ path, code: "storage-of-machines", message, hint: "leave it out, or write runtime: qemu below cluster" }];
  }
  if (kind === "shared-volume" && medium === "tmpfs" && runtimes.includes("qemu")) {
    const message = "the engine mounts a tmpfs in containers alone, and these nodes are virtual machines";
    const hint = "write medium: disk, or kind: ocfs2";
    return [{ path: ["cluster", "storage", "medium"], code: "storage-of-containers", message, hint }];
  }
  return [];
}

/** Debian's kernel with what a machine has to do needs about 100 MiB; below 256 it kills what runs. */
const leastMemoryMiB = { linux: 256, windows: 2048 };

interface Memory {
  readonly path: readonly string[];
  readonly runtime: Runtime;
  readonly memory: number | undefined;
  readonly system?: "windows";
}

function checkMemory(file: TopologyFile): Finding[] {
  const clients = Object.entries(file.clients).map(([name, client]) => ({
    ...{ path: ["clients", name, "memory"], runtime: runtimeOf(client, file), memory: client.memory },
    ...(client.kind === "windows" && { system: "windows" as const }),
  }));
  const servers = Object.entries(file.servers).map(([name, { memory }]) => ({
    ...{ path: ["servers", name, "memory"], runtime: "qemu" as const, memory },
  }));
  const all: readonly Memory[] = [...memoryOfNodes(file), ...servers, ...clients];
  return all.flatMap(({ path, runtime, memory, system }): Finding[] => {
    if (memory === undefined) return [];
    if (runtime !== "qemu") {
      const what = runtime === "docker" ? "a container has the host's memory" : "the host has the memory that it has";
      const message = `${what}; only a virtual machine has its own`;
      return [{ path, code: "memory-of-container", message, hint: "remove it, or write runtime: qemu" }];
    }
    const leastMiB = leastMemoryMiB[system ?? "linux"];
    const least = `${String(leastMiB)}MiB`;
    if (memoryMiBOf(memory) >= leastMiB) return [];
    const message = `a machine ${system === "windows" ? "with Windows " : ""}needs at least ${least}`;
    return [{ path, code: "memory-too-small", message, hint: `write ${least} or more` }];
  });
}

function memoryOfNodes({ cluster, ...rest }: TopologyFile) {
  if (cluster === undefined) return [];
  const runtime: Runtime = runtimesOf({ ...rest, cluster }).includes("qemu") ? "qemu" : "docker";
  return [{ path: ["cluster", "memory"], runtime, memory: cluster.memory }];
}

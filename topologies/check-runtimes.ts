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
 * A node's files must be the same files on all nodes, and their locks the same locks. A container has the host's kernel,
 * which does not take part in the cluster of an OCFS2; a machine does not see the engine's volume.
 */
function checkSharing(file: ClusteredFile): Finding[] {
  const runtimes = runtimesOf(file);
  const { kind } = storageOf(file);
  if (runtimes.includes("docker") && runtimes.includes("qemu")) {
    const message =
      "nodes of one cluster are all containers or all virtual machines: there is no storage that both can share";
    return [
      { path: ["cluster", "runtime"], code: "mixed-nodes", message, hint: "write runtime: docker, or runtime: qemu" },
    ];
  }
  const path = ["cluster", "storage", "kind"];
  if (kind === "ocfs2" && runtimes.includes("docker")) {
    const message = "OCFS2 takes a kernel of each node's own, and these nodes are containers";
    return [{ path, code: "storage-of-machines", message, hint: "leave it out, or write runtime: qemu below cluster" }];
  }
  if (kind === "shared-volume" && runtimes.includes("qemu")) {
    const message = "the engine's volume is for containers, and these nodes are virtual machines";
    return [{ path, code: "storage-of-containers", message, hint: "leave it out, or write kind: ocfs2" }];
  }
  return [];
}

/** Debian's kernel with what a machine has to do needs about 100 MiB; below 256 it kills what runs. */
const leastMemoryMiB = 256;

function checkMemory(file: TopologyFile): Finding[] {
  const clients = Object.entries(file.clients).map(([name, client]) => ({
    ...{ path: ["clients", name, "memory"], runtime: runtimeOf(client, file), memory: client.memory },
  }));
  return [...memoryOfNodes(file), ...clients].flatMap(({ path, runtime, memory }): Finding[] => {
    if (memory === undefined) return [];
    if (runtime !== "qemu") {
      const what = runtime === "docker" ? "a container has the host's memory" : "the host has the memory that it has";
      const message = `${what}; only a virtual machine has its own`;
      return [{ path, code: "memory-of-container", message, hint: "remove it, or write runtime: qemu" }];
    }
    if (memoryMiBOf(memory) >= leastMemoryMiB) return [];
    const message = `a machine needs at least ${String(leastMemoryMiB)}MiB`;
    return [{ path, code: "memory-too-small", message, hint: `write ${String(leastMemoryMiB)}MiB or more` }];
  });
}

function memoryOfNodes({ cluster, ...rest }: TopologyFile) {
  if (cluster === undefined) return [];
  const runtime: Runtime = runtimesOf({ ...rest, cluster }).includes("qemu") ? "qemu" : "docker";
  return [{ path: ["cluster", "memory"], runtime, memory: cluster.memory }];
}

import type { Finding } from "../core/finding.js";
import { suggest } from "../core/suggest.js";
import { checkHosts } from "./check-hosts.js";
import { checkKernel } from "./check-kernel.js";
import { checkKernelClients } from "./check-kernel-client.js";
import { checkNetworks } from "./check-networks.js";
import { checkRdma } from "./check-rdma.js";
import { checkServers } from "./check-servers.js";
import { checkSmbConf } from "./check-smb-conf.js";
import { checkRuntimes } from "./check-runtimes.js";
import { checkWindowsClients } from "./check-windows.js";
import { checkWitness } from "./check-witness.js";
import { ctdbTunables } from "./ctdb-tunables.js";
import {
  type ClusteredFile,
  type ClusterFile,
  hasPersistentHandles,
  profileOf,
  runtimesOf,
  sambasOf,
  storageOf,
  versionsOf,
  whyMachines,
} from "./defaults.js";
import type { TopologyFile } from "./schema.js";

/** What is wrong although each field by itself is right. All of it, errors and warnings. */
export function checkTopology(file: TopologyFile, knownSamba: readonly string[]): Finding[] {
  return [
    ...checkCluster(file, knownSamba),
    ...checkRuntimes(file),
    ...checkKernel(file),
    ...checkNetworks(file),
    ...checkRdma(file),
    ...checkNames(file),
    ...checkServers(file),
    ...checkKernelClients(file),
    ...checkWindowsClients(file),
    ...checkHosts(file),
    ...checkWitness(file),
  ];
}

/** A lab may do without a cluster, but not without anything. */
function checkCluster({ cluster, ...rest }: TopologyFile, knownSamba: readonly string[]): Finding[] {
  if (cluster === undefined) {
    if (Object.keys(rest.clients).length + Object.keys(rest.servers).length > 0) return [];
    const message = "a topology needs a cluster, or servers, or clients";
    return [{ path: [], code: "empty", message, hint: "start from one that plugfest ships" }];
  }
  return [
    ...checkVersions(cluster, knownSamba),
    ...checkBuilds({ ...rest, cluster }),
    ...checkProfile(cluster),
    ...checkStorage({ ...rest, cluster }),
    ...checkTunables(cluster),
    ...checkSmbConf(cluster),
  ];
}

type Cluster = ClusterFile;

function checkVersions({ nodes, samba, builds }: Cluster, knownSamba: readonly string[]): Finding[] {
  const path = ["cluster", "samba"];
  const written =
    typeof samba === "string"
      ? [{ path, version: samba }]
      : samba.map((version, index) => ({ path: [...path, index], version }));
  const unknown = written
    .filter(({ version }) => !knownSamba.includes(version) && builds?.[version] === undefined)
    .map(({ path, version }): Finding => {
      // 4.25.1 and v4.25 mean 4.25; a number that is only similar means another release.
      const near = knownSamba.find((each) => version.includes(each));
      const known = `known: ${knownSamba.join(", ")}; or a file, such as ./candidate.yaml`;
      return {
        path,
        code: "unknown-samba",
        message: `no image has Samba "${version}"`,
        hint: near === undefined ? known : `did you mean "${near}"? ${known}`,
      };
    });
  if (typeof samba === "string" || samba.length === nodes) return unknown;
  const message = `a list has one version for each node: expected ${String(nodes)}, got ${String(samba.length)}`;
  return [...unknown, { path, at: "key", code: "versions-per-node", message }];
}

/** The image of a virtual machine is made another way, of packages of the catalogue alone. */
function checkBuilds(file: ClusteredFile): Finding[] {
  const { cluster } = file;
  const runtimes = runtimesOf(file);
  const own = sambasOf(cluster).find((samba, pnn) => cluster.builds?.[samba] !== undefined && runtimes[pnn] === "qemu");
  if (own === undefined) return [];
  const message = `a node that is a virtual machine has a version of the catalogue, and not ${own}`;
  const hint =
    cluster.runtime === undefined && whyMachines(file) !== undefined
      ? "leave the nodes without RDMA, which makes machines of them: cluster: { rdma: { private: none, public: none } }"
      : "make the nodes containers";
  return [{ path: ["cluster", "samba"], code: "own-in-machine", message, hint }];
}

function checkProfile(cluster: Cluster): Finding[] {
  const lacking = versionsOf(cluster).find((version) => !hasPersistentHandles(version));
  if (cluster.profile !== "persistent" || lacking === undefined) return [];
  return [
    {
      path: ["cluster", "profile"],
      code: "profile-needs-version",
      message: `persistent handles need Samba 4.25 or later, and a node has ${lacking}`,
      hint: 'write samba: "4.25", or profile: durable',
    },
  ];
}

function checkStorage(file: ClusteredFile): Finding[] {
  const { cluster } = file;
  const path = ["cluster", "storage"];
  const { kind, medium } = storageOf(file);
  // The engine mounts a tmpfs in containers alone.
  const onMachines = runtimesOf(file).includes("qemu");
  const findings: Finding[] = [];
  if (kind === "ocfs2") return checkDisk(cluster);
  if (medium === "disk" && cluster.storage.size !== undefined) {
    const message = "only tmpfs has a limit; on disk it would have no effect";
    findings.push({
      path: [...path, "size"],
      code: "size-of-disk",
      message,
      hint: onMachines ? "remove it" : "remove it, or write medium: tmpfs",
    });
  }
  if (medium === "disk" && profileOf(cluster) === "durable") {
    findings.push({
      path: [...path, "medium"],
      code: "durable-on-disk",
      severity: "warning",
      message:
        "Samba refuses a durable reconnect when the file's st_blocks has changed, as delayed allocation of ext4 and xfs does after a disconnect",
      hint: `write ${onMachines ? "kind: ocfs2" : "medium: tmpfs"} to see durable handles reclaimed`,
    });
  }
  return findings;
}

/** The disk that machines share is a file on the host's disk, of one size. */
function checkDisk({ storage }: Cluster): Finding[] {
  const fields = [
    { field: "medium" as const, is: storage.medium === "tmpfs", why: "OCFS2 is on a disk" },
    {
      field: "size" as const,
      is: storage.size !== undefined,
      why: "the disk with OCFS2 has 16 GiB, and takes what is written",
    },
  ];
  return fields
    .filter(({ is }) => is)
    .map(({ field, why }) => ({
      ...{ path: ["cluster", "storage", field], code: "storage-of-machines", message: why, hint: "leave it out" },
    }));
}

function checkTunables({ tunables }: Cluster): Finding[] {
  return Object.keys(tunables)
    .filter((name) => !ctdbTunables.includes(name))
    .map((name) => {
      const near = suggest(name, ctdbTunables);
      return {
        path: ["cluster", "tunables"],
        field: name,
        code: "unknown-tunable",
        message: `CTDB has no tunable "${name}"`,
        hint: near === undefined ? "`ctdb listvars` on a node lists them" : `did you mean "${near}"?`,
      };
    });
}

/** Words that steps of scenarios use where a node's or client's name could stand. */
const reserved = ["all", "store", "source"];

function checkNames({ clients, servers }: TopologyFile): Finding[] {
  const names = [
    ...Object.keys(servers).map((name) => ({ room: "servers", name, what: "server" })),
    ...Object.keys(clients).map((name) => ({ room: "clients", name, what: "client" })),
  ];
  return names.flatMap(({ room, name, what }): Finding[] => {
    const taken = reserved.includes(name)
      ? "scenarios use the word"
      : /^node\d+$/.test(name)
        ? "nodes are named so"
        : room === "clients" && name in servers
          ? "a server has it"
          : undefined;
    if (taken === undefined) return [];
    const message = `the name "${name}" is taken: ${taken}`;
    return [{ path: [room], field: name, code: "reserved-name", message, hint: `rename the ${what}` }];
  });
}

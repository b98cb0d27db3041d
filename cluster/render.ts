import type { FileSpec } from "../core/remote.js";
import type { LabSpec } from "../topologies/spec.js";
import { renderCtdbConf, renderTunables } from "./ctdb-conf.js";
import { directoriesPath, flockHelper, leaseHelper, lockPath, ocfs2Cluster, publicInterface } from "./paths.js";
import { renderSmbConf } from "./smb-conf.js";

/**
 * All configuration of a node, except the account, which is a secret. The same files on every node: a node tells which
 * one it is by the address it has.
 */
export function renderNode({ cluster, nodes, networks }: Pick<LabSpec, "cluster" | "nodes" | "networks">): FileSpec[] {
  const { storage, shares } = cluster;
  const prefix = networks.find(({ name }) => name === cluster.publicNetwork)?.prefix;
  if (prefix === undefined) throw new Error(`network ${cluster.publicNetwork} is not in the lab`);
  const lock = lockPath(storage.mount);
  const onMachines = nodes.some(({ runtime }) => runtime === "qemu");
  const isOcfs2 = storage.kind === "ocfs2";
  const onHostFolder = onMachines && !isOcfs2;
  return [
    // CTDB numbers its nodes by their lines here.
    text(
      "/etc/ctdb/nodes",
      [...nodes].sort((a, b) => a.pnn - b.pnn).map(({ privateAddress }) => privateAddress),
    ),
    text(
      "/etc/ctdb/public_addresses",
      cluster.publicAddresses.map((address) => `${address}/${String(prefix)} ${publicInterface}`),
    ),
    file(
      "/etc/ctdb/ctdb.conf",
      renderCtdbConf(isOcfs2 ? `!${flockHelper} ${lock}` : onHostFolder ? leaseOn(lock) : lock, onMachines),
    ),
    ...(isOcfs2 ? [file("/etc/ocfs2/cluster.conf", renderOcfs2(nodes))] : []),
    file("/etc/ctdb/ctdb.tunables", renderTunables(cluster.tunables, onMachines)),
    file("/etc/samba/smb.conf", renderSmbConf(cluster, { onMachines, onHostFolder })),
    text(directoriesPath, [
      `0700 ${lock.slice(0, lock.lastIndexOf("/"))}`,
      ...shares.map(({ path }) => `0777 ${path}`),
    ]),
  ];
}

function leaseOn(lock: string): string {
  return `!${leaseHelper.path} ${lock} ${String(leaseHelper.patienceSeconds)}`;
}

/** OCFS2's cluster of nodes: it numbers them as CTDB does, and they talk over CTDB's own network. */
function renderOcfs2(nodes: LabSpec["nodes"]): string {
  const section = (name: string, values: Readonly<Record<string, string | number>>) =>
    `${name}:\n${Object.entries(values)
      .map(([key, value]) => `\t${key} = ${String(value)}\n`)
      .join("")}\n`;
  return [
    section("cluster", { node_count: nodes.length, name: ocfs2Cluster }),
    ...nodes.map(({ name, pnn, privateAddress }) =>
      section("node", { number: pnn, cluster: ocfs2Cluster, ip_port: 7777, ip_address: privateAddress, name }),
    ),
  ].join("");
}

function text(path: string, lines: readonly string[]): FileSpec {
  return file(path, lines.map((line) => `${line}\n`).join(""));
}

function file(path: string, content: string): FileSpec {
  return { path, content, mode: 0o644 };
}

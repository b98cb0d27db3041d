import type { FileSpec } from "../core/remote.js";
import type { LabSpec } from "../topologies/spec.js";
import { renderCtdbConf, renderTunables } from "./ctdb-conf.js";
import { directoriesPath, lockPath, publicInterface } from "./paths.js";
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
    file("/etc/ctdb/ctdb.conf", renderCtdbConf(lock)),
    file("/etc/ctdb/ctdb.tunables", renderTunables(cluster.tunables)),
    file("/etc/samba/smb.conf", renderSmbConf(cluster)),
    text(directoriesPath, [
      `0700 ${lock.slice(0, lock.lastIndexOf("/"))}`,
      ...shares.map(({ path }) => `0777 ${path}`),
    ]),
  ];
}

function text(path: string, lines: readonly string[]): FileSpec {
  return file(path, lines.map((line) => `${line}\n`).join(""));
}

function file(path: string, content: string): FileSpec {
  return { path, content, mode: 0o644 };
}

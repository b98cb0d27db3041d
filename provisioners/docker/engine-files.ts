import { join } from "node:path";
import { specHash } from "../../core/hash.js";

/** Where an embedded engine keeps what it needs; nothing of it is shared with another engine. */
export interface EngineFiles {
  readonly folder: string;
  readonly dataRoot: string;
  /** Sockets, pid files and mounts of the running engine. */
  readonly runFolder: string;
  readonly socketPath: string;
  readonly configPath: string;
  readonly pidPath: string;
  readonly logPath: string;
  /** What firewall rules made for this engine carry as their comment. */
  readonly ruleComment: string;
}

/** unix(7): a socket's path has 107 bytes. The longest that dockerd and containerd append to the run folder comes first off. */
const longestRunFolder = 107 - "/exec/containerd/containerd-debug.sock.ttrpc".length;

export function engineFiles(stateFolder: string): EngineFiles {
  const folder = join(stateFolder, "engine");
  const below = join(folder, "run");
  const hash = specHash(folder).slice(0, 12);
  const runFolder = Buffer.byteLength(below) <= longestRunFolder ? below : `/run/plugfest/${hash}`;
  return {
    folder,
    dataRoot: join(folder, "data"),
    runFolder,
    socketPath: join(runFolder, "docker.sock"),
    configPath: join(folder, "daemon.json"),
    pidPath: join(runFolder, "dockerd.pid"),
    logPath: join(folder, "dockerd.log"),
    ruleComment: `plugfest-engine-${hash}`,
  };
}

/**
 * dockerd's configuration. It leaves the host's network alone: no default bridge, no rules and no sysctl. That is more
 * than tidiness, for a dockerd that writes rules first removes the chains of every other engine on the machine, and
 * with them the isolation of their internal networks (libnetwork's bridge driver, removeIPChains). Labs do without:
 * their networks are internal, and images are built on the host's network.
 */
export function daemonConfig(files: EngineFiles): string {
  const config = {
    hosts: [`unix://${files.socketPath}`],
    "data-root": files.dataRoot,
    "exec-root": join(files.runFolder, "exec"),
    pidfile: files.pidPath,
    bridge: "none",
    iptables: false,
    ip6tables: false,
    "ip-forward": false,
    "ip-masq": false,
    "userland-proxy": false,
    "shutdown-timeout": 10,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

import { join } from "node:path";
import { specHash } from "../../core/hash.js";
import { bridgePrefix } from "./bridge-rule.js";

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
  /** The engine's default bridge: its own, so that it takes no other engine's. */
  readonly bridge: { readonly name: string; readonly address: string };
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
    bridge: defaultBridge(hash),
    ruleComment: `plugfest-engine-${hash}`,
  };
}

/** Nothing is ever attached to it; a link-local /30 (RFC 3927) is in nobody's way. */
function defaultBridge(hash: string): EngineFiles["bridge"] {
  const [third = 0, fourth = 0] = Buffer.from(hash, "hex");
  return {
    name: `${bridgePrefix}e${hash.slice(0, 10)}`,
    address: `169.254.${String(1 + (third % 254))}.${String((fourth & 0xfc) + 1)}/30`,
  };
}

/**
 * dockerd's configuration. It leaves the host's network alone: no rules, no sysctl and a default bridge of its own.
 * That is more than tidiness, for a dockerd that writes rules first removes the chains of every other engine on the
 * machine, and with them the isolation of their internal networks (libnetwork's bridge driver, removeIPChains); and one
 * that is told to do without a default bridge removes `docker0`, whoever's it is (removeDefaultBridgeInterface in
 * daemon_unix.go). Labs do without: their networks are internal, and images are built on the host's network.
 */
export function daemonConfig(files: EngineFiles): string {
  const config = {
    hosts: [`unix://${files.socketPath}`],
    "data-root": files.dataRoot,
    "exec-root": join(files.runFolder, "exec"),
    pidfile: files.pidPath,
    bridge: files.bridge.name,
    iptables: false,
    ip6tables: false,
    "ip-forward": false,
    "ip-masq": false,
    "userland-proxy": false,
    "shutdown-timeout": 10,
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

import type { ClusterSpec, Profile } from "../topologies/spec.js";
import { machineSmbConf } from "./defaults.js";
import { smbdLogPath } from "./paths.js";

type Options = Readonly<Record<string, string>>;

/** What makes Samba a node of a CTDB cluster that serves SMB2 and SMB3 over TCP, and nothing else. */
const globalOptions: Options = {
  clustering: "yes",
  // One server to its clients: all nodes have one name, and with it one account database.
  "netbios name": "PLUGFEST",
  workgroup: "WORKGROUP",
  "server role": "standalone server",
  "passdb backend": "tdbsam",
  "disable netbios": "yes",
  "smb ports": "445",
  "load printers": "no",
  "printcap name": "/dev/null",
  "disable spoolss": "yes",
  // Level 1 has "Got release IP message" and why a durable reconnect was denied; its class at level 3 has the outcome.
  "log level": "1 smb2:3",
  "log file": smbdLogPath,
  "max log size": "51200",
};

/**
 * What a handle needs to outlive its connection. Samba gives no durable handle where the kernel, or a process beside
 * smbd, could know of the open (vfs_default_durable_cookie in source3/smbd/durable.c), and no persistent one either.
 */
const survivingHandles: Options = {
  "durable handles": "yes",
  "kernel oplocks": "no",
  "kernel share modes": "no",
  "posix locking": "no",
};

const profiles: Readonly<Record<Profile, { readonly global: Options; readonly share: Options }>> = {
  persistent: {
    global: { ...survivingHandles, "persistent handles": "yes" },
    share: { "continuous availability": "yes" },
  },
  durable: { global: survivingHandles, share: {} },
  none: { global: { "durable handles": "no" }, share: {} },
};

/**
 * rpcd_witness is only where samba-dcerpcd runs by itself, and not as a helper that smbd starts when it is asked for. The
 * node's script looks for this line to start it.
 */
const witnessOptions: Options = { "rpc start on demand helpers": "no" };

/**
 * Of virtual machines that have a folder of the host's by 9p. Locks of its files are everyone's there. Samba knows a file by
 * its device and its number, and the device of such a folder is each kernel's own; what statfs(2) calls it is the host's.
 */
const hostFolderOptions: Options = {
  "posix locking": "no",
  "vfs objects": "fileid",
  "fileid:algorithm": "fsid",
};

const machineOptions: Options = Object.fromEntries(machineSmbConf.map(({ name, value }) => [name, value]));

/** What the nodes are made of, as far as Samba must know. */
export interface Footing {
  /** The nodes are virtual machines. */
  readonly onMachines: boolean;
  /** And share a folder of the host's. */
  readonly onHostFolder: boolean;
}

/** smb.conf, with the same text on every node. The user's options win over the profile's, and those over the rest. */
export function renderSmbConf(
  { profile, shares, smbConf, witness }: Pick<ClusterSpec, "profile" | "shares" | "smbConf" | "witness">,
  { onMachines, onHostFolder }: Footing,
): string {
  const { global, share } = profiles[profile];
  const footing = { ...(onMachines ? machineOptions : {}), ...(onHostFolder ? hostFolderOptions : {}) };
  const own = smbConf["global"] ?? {};
  const sections = [
    { name: "global", options: merge(globalOptions, footing, global, witness ? witnessOptions : {}, own) },
    ...shares.map(({ name, path }) => ({
      name,
      options: merge({ path, "read only": "no" }, share, smbConf[name] ?? {}),
    })),
  ];
  return sections.map(({ name, options }) => `[${name}]\n${options}`).join("\n");
}

/** Later layers win. Samba compares names without regard to letter case and spaces, so `Log Level` is `log level`. */
function merge(...layers: readonly Options[]): string {
  const merged = new Map<string, readonly [name: string, value: string]>();
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer))) {
    merged.set(name.toLowerCase().replaceAll(/\s/g, ""), [name, value]);
  }
  return [...merged.values()].map(([name, value]) => `\t${name} = ${value}\n`).join("");
}

import type { SambaBuild } from "../core/samba-build.js";

/**
 * A resolved topology: everything explicit, nothing optional, addresses planned. `resolve` makes it from what the user
 * wrote; every room above reads only this.
 */
export interface LabSpec {
  /** Also the lab's name; object names are made of it: `plugfest-<name>-<object>`. */
  readonly name: string;
  /** The file it came from, as the user named it. */
  readonly source: string;
  readonly networks: readonly NetworkSpec[];
  /** The user's own, which all virtual machines boot; null for Debian's. */
  readonly kernel: KernelSpec | null;
  /** In a lab without a cluster it has no addresses and no shares. */
  readonly cluster: ClusterSpec;
  /** None in a lab without a cluster. */
  readonly nodes: readonly NodeSpec[];
  /** Servers that stand alone, beside the cluster or without one. */
  readonly servers: readonly ServerSpec[];
  readonly clients: readonly ClientSpec[];
}

export interface KernelSpec {
  /** As it calls itself, such as `6.18.0`. */
  readonly release: string;
  /** Its bzImage and the folder with its modules, by whole paths. */
  readonly image: string;
  readonly modules: string;
}

/** What a machine is made of: a container, a virtual machine of its own kernel, or a host that is there already. */
export type Runtime = NodeRuntime | "ssh";

/** What nodes are made of: a cluster is never what is there already. */
export type NodeRuntime = "docker" | "qemu";

export interface NetworkSpec {
  readonly name: string;
  /** IPv4 CIDR, such as `10.77.1.0/24`. */
  readonly subnet: string;
  readonly prefix: number;
  /** The address that the engine gives to its bridge; nobody else may have it. */
  readonly gateway: string;
  /** The interface of the engine's host that is put on the network, so that others beyond it are; null for none. */
  readonly uplink: string | null;
  /** The longest IP packets on it, in bytes. */
  readonly mtu: number;
  /** What machines on it have on their interfaces; null for nothing. */
  readonly rdma: Rdma | null;
}

/** A device that does RDMA in software: soft-RoCE over UDP, or soft-iWARP over TCP. */
export type Rdma = "rxe" | "siw";

export type Profile = "persistent" | "durable" | "none";

export interface ClusterSpec {
  readonly profile: Profile;
  readonly storage: StorageSpec;
  /** The network of CTDB's own traffic. */
  readonly privateNetwork: string;
  /** The network of clients and floating addresses. */
  readonly publicNetwork: string;
  readonly publicAddresses: readonly string[];
  readonly shares: readonly ShareSpec[];
  /** Whether the nodes offer the witness service. */
  readonly witness: boolean;
  /** CTDB tunables that the user set, over plugfest's defaults. */
  readonly tunables: Readonly<Record<string, number>>;
  /** smb.conf options that the user set: by section (`global` or a share), over the profile's. */
  readonly smbConf: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface StorageSpec {
  /** One volume of the engine, mounted in every node; or a disk that virtual machines share, with OCFS2 on it. */
  readonly kind: "shared-volume" | "ocfs2";
  /** `tmpfs` keeps st_blocks stable, which Samba's durable reconnect compares; `disk` holds more than memory does. */
  readonly medium: "disk" | "tmpfs";
  /** Limit in bytes for tmpfs; null for disk. */
  readonly sizeBytes: number | null;
  /** Where it is mounted in each node. */
  readonly mount: "/cluster";
}

export interface ShareSpec {
  readonly name: string;
  readonly path: string;
}

export interface NodeSpec {
  /** `node1` … `node16`; CTDB's number (pnn) is the position from 0. */
  readonly name: string;
  readonly pnn: number;
  readonly runtime: NodeRuntime;
  /** Why it is a virtual machine, where the topology leaves that open; null where it does not, or it is a container. */
  readonly machineBecause: string | null;
  /** Of a virtual machine; null for a container, which has the host's. */
  readonly memoryMiB: number | null;
  /** The devices for RDMA on its links; null for none. */
  readonly rdma: { readonly private: Rdma | null; readonly public: Rdma | null };
  /** A version the image catalogue knows, such as `4.25`, or the name of `build`. */
  readonly samba: string;
  /** Where there is one: the user's own, instead of one of the catalogue's. */
  readonly build?: SambaBuild;
  readonly privateAddress: string;
  /** A fixed address on the public network, beside the floating ones. */
  readonly publicAddress: string;
}

/** A virtual machine whose kernel serves files (ksmbd). */
export interface ServerSpec {
  readonly name: string;
  readonly kind: "ksmbd";
  readonly runtime: "qemu";
  readonly memoryMiB: number;
  /** On the public network. */
  readonly address: string;
  /** The device on its link there; null for none. */
  readonly rdma: Rdma | null;
  readonly shares: readonly ShareSpec[];
}

/** What copies: plugfest's own program, the Linux kernel's client, or Windows'. */
export type ClientKind = "smb3" | "cifs" | "windows";

export interface ClientSpec {
  readonly name: string;
  readonly kind: ClientKind;
  readonly runtime: Runtime;
  /** Why it is a virtual machine, where the topology leaves that open; null where it does not, or it is no machine. */
  readonly machineBecause: string | null;
  /** The Windows that a virtual machine starts from, by its name; null for the one that was added last, and for other kinds. */
  readonly image: string | null;
  /** Of a virtual machine; null for a container, which has the host's. */
  readonly memoryMiB: number | null;
  /** Where a host is that is there already; null for what plugfest makes. */
  readonly host: HostSpec | null;
  readonly address: string;
  /** The device for RDMA on its link, where it is a virtual machine; null for none. */
  readonly rdma: Rdma | null;
  readonly signing: Signing;
  /** The cipher of its sessions; null for none. */
  readonly encryption: Encryption | null;
  /** Connections per session; with more than one it connects to the nodes' own addresses. */
  readonly channels: number;
  /** Whether it registers with the witness. */
  readonly witness: boolean;
  /** How a kernel client mounts; null for others. */
  readonly mount: MountSpec | null;
}

/** Options of mount.cifs(8); null leaves one to the kernel. */
export interface MountSpec {
  readonly hard: boolean;
  readonly persistentHandles: boolean | null;
  readonly resilientHandles: boolean;
  readonly handleTimeoutMs: number | null;
  readonly sign: boolean;
  readonly seal: boolean;
  readonly cache: "strict" | "none" | "loose";
  /** How long a file's attributes are believed. */
  readonly attributesMs: number | null;
  readonly echoIntervalMs: number | null;
  /** Whether it goes by SMB Direct, over RDMA, instead of TCP. */
  readonly rdma: boolean;
}

/** A host that is not plugfest's own, and the way in by ssh. */
export interface HostSpec {
  /** Name or address, as ssh knows it: none of the lab's networks. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Fingerprint of its host key, as `ssh-keygen -l` prints it: `SHA256:…`. */
  readonly hostKey: string;
  /** File of the private key, absolute or with `~/`; null for a key of the agent's. */
  readonly keyFile: string | null;
}

/** An algorithm of [MS-SMB2] 2.2.3.1.7; `auto` leaves the choice to the server. */
export type Signing = "auto" | "aes-gmac" | "aes-cmac" | "hmac-sha256";

/** A cipher of [MS-SMB2] 2.2.3.1.2. */
export type Encryption = "aes-128-ccm" | "aes-128-gcm" | "aes-256-ccm" | "aes-256-gcm";

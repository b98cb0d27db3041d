import type { Owner } from "../core/owner.js";
import type { FileSpec } from "../core/remote.js";
import type { HostSpec, Rdma } from "./spec.js";

/**
 * What should exist, as plain data: the nouns that `plan` compares with what does exist and a provisioner makes.
 * `id` names an object within its lab, such as `network/private` or `node/node1`.
 */
export type ObjectSpec = NetworkObject | VolumeObject | MachineObject | MarkerObject;

interface ObjectBase {
  readonly id: string;
  readonly lab: string;
  /** Ids that must exist before this one, and be removed after it. */
  readonly dependsOn: readonly string[];
}

export interface NetworkObject extends ObjectBase {
  readonly kind: "network";
  readonly subnet: string;
  readonly gateway: string;
  /** The interface of the engine's host that is put on the network's bridge. */
  readonly uplink?: string;
  /** Left out: Ethernet's own. */
  readonly mtu?: number;
}

/** A machine's link to a network. */
export interface EndpointObject {
  readonly network: string;
  readonly address: string;
  /** Left out: Ethernet's own. */
  readonly mtu?: number;
  /** The device that the machine has on it, for RDMA. */
  readonly rdma?: Rdma;
}

export interface VolumeObject extends ObjectBase {
  readonly kind: "volume";
  readonly medium: "disk" | "tmpfs";
  readonly sizeBytes: number | null;
}

export interface MachineObject extends ObjectBase {
  readonly kind: "machine";
  readonly role: "node" | "server" | "client";
  readonly node: string;
  /** What it boots from: an image tag that holds the recipe's hash. */
  readonly image: string;
  /** In the order of its interfaces: the first becomes eth0. */
  readonly endpoints: readonly EndpointObject[];
  /** `disk`: the volume holds a disk that several virtual machines have; else its folder is mounted, in machines by 9p. */
  readonly mounts: readonly { readonly volume: string; readonly path: string; readonly as?: "disk" }[];
  /** Linux capabilities, everything else dropped; `why` is printed by `plan --verbose` and kept in docs. */
  readonly capabilities: readonly { readonly name: string; readonly why: string }[];
  readonly sysctls: Readonly<Record<string, string>>;
  /** Of a container: what it has of the host's kernel beyond that. */
  readonly ofKernel?: {
    /** Device files of the host's, for reading alone; `why` as for capabilities. */
    readonly devices: readonly { readonly path: string; readonly why: string }[];
    /** It mounts by itself, which AppArmor's profile of containers refuses. */
    readonly mounts: true;
  };
  readonly files: readonly FileSpec[];
  /** What a virtual machine has; a container has none of its own. */
  readonly hardware?: { readonly memoryMiB: number };
  /** A host that is there already: it is checked and used, and neither made nor removed. */
  readonly host?: HostSpec;
  /** What runs on it; left out: Linux. */
  readonly system?: "windows";
}

/**
 * The commit record of `up`: made last, removed first. A lab with a living or absent owner and no marker is half made,
 * and `gc` may take it.
 */
export interface MarkerObject extends ObjectBase {
  readonly kind: "marker";
}

/** What a provisioner found, judged by what is written on the objects themselves. */
export interface ObservedObject {
  readonly id: string;
  readonly lab: string;
  readonly kind: ObjectSpec["kind"];
  /** The provisioner's own name of it, for messages and removal. */
  readonly ref: string;
  readonly specHash: string;
  /** `stopped` with the reason a machine is not running; networks and volumes are `ready` when they exist. */
  readonly state: "ready" | "stopped";
  readonly stateReason: string;
  readonly createdMs: number;
  readonly stamp: Stamp;
}

/** Who made an object and for what. Written on it as it is made; never changed afterwards. */
export interface Stamp {
  readonly lab: string;
  readonly owner: Owner;
  /** True for `up`, whose lab outlives its maker; false for a lab that a run makes for itself. */
  readonly keep: boolean;
  /** Version of plugfest. */
  readonly version: string;
  /** The topology's file on its maker's machine, as an absolute path; empty where nobody said. */
  readonly source: string;
}

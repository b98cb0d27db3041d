import type { Remote, FileSpec } from "../core/remote.js";
import type { ObjectSpec, ObservedObject, Stamp } from "../topologies/objects.js";

/** Makes and removes the objects of labs. All verbs are idempotent; all errors are ToolErrors with a hint. */
export interface Provisioner {
  readonly runtime: "docker" | "fake";
  /** What exists of plugfest's, judged only by stamps; of one lab, or of all. */
  observe(filter: { readonly lab?: string }, signal?: AbortSignal): Promise<ObservedObject[]>;
  /**
   * Makes and starts one object. `secrets` are files that go in before the start and take no part in the object's
   * hash. An object of that name with the same hash is adopted; with another hash or stranger's it is an error.
   */
  create(spec: ObjectSpec, stamp: Stamp, secrets: readonly FileSpec[], signal?: AbortSignal): Promise<void>;
  /** Removes one observed object at once; absent is success. Never touches what carries no stamp. */
  remove(object: ObservedObject, signal?: AbortSignal): Promise<void>;
  /** What can be done to the machines of a lab from outside. */
  machines(lab: string): Machines;
  /** The channel to a machine by its name (`node1`, `laptop`) in a lab. */
  connect(lab: string, node: string): Remote;
  /** A machine's console output, oldest first. */
  logs(lab: string, node: string, options?: LogOptions): Promise<Buffer>;
  /** Other users of addresses on this host's networks: CIDRs with a name, for clashes of subnets. */
  occupiedSubnets(
    signal?: AbortSignal,
  ): Promise<{ readonly subnet: string; readonly name: string; readonly lab?: string }[]>;
}

/** `frozen`: it has power, and none of its processes runs. */
export type Power = "on" | "off" | "frozen";

/** A machine's link to a network of its lab. */
export interface Endpoint {
  readonly node: string;
  readonly network: string;
}

/** What a link does to what goes over it, in each direction. All but the rate need the kernel's netem. */
export interface Shape {
  /** Bytes per second at most. */
  readonly rate?: number | undefined;
  readonly delayMs?: number | undefined;
  /** Shares of the packets, from 0 to 1. */
  readonly loss?: number | undefined;
  readonly corrupt?: number | undefined;
  /** Share of the packets that overtake the delayed ones. */
  readonly reorder?: number | undefined;
}

/**
 * What happens to a lab's machines from outside, whatever runs in them. Each verb says what shall be, and does nothing
 * where it is so already.
 */
export interface Machines {
  /** Takes a machine's power at once, as a pulled plug does, gives it back, or freezes it. Its disks keep what they have. */
  readonly power: (node: string, to: Power) => Promise<void>;
  /**
   * Pulls the cable of a link, or plugs it in: the machine sees that its interface has no carrier, and keeps its
   * addresses. A machine that is off has no links, and gets whole ones with its power.
   */
  readonly plug: (endpoint: Endpoint, plugged: boolean) => Promise<void>;
  /**
   * Takes the card of a link out of a running machine, with its interface and its addresses, or puts it in again, with those it
   * was made with; virtual machines alone can. A machine gets all its cards with its power.
   */
  readonly fit: (endpoint: Endpoint, fitted: boolean) => Promise<void>;
  /** Makes a link slow or bad, in both directions; null makes it as good as it was. */
  readonly shape: (endpoint: Endpoint, shape: Shape | null) => Promise<void>;
  /**
   * Loses all that a machine sends to others over this network, or lets it pass again; what they send to it is another
   * matter. Nobody is told. A machine that is off sends nothing, and what it sends when it is on again passes.
   */
  readonly block: (from: Endpoint, to: readonly string[], blocked: boolean) => Promise<void>;
  /**
   * Limits how fast a machine writes to the disk below this folder of it, or, with null, lets it write as fast as it can. A
   * machine gets a disk without limits with its power.
   */
  readonly throttle: (node: string, path: string, bytesPerSecond: number | null) => Promise<void>;
  /** Keeps all of a machine, its memory and its disk, under a name; virtual machines alone can. It goes with the machine. */
  readonly snapshot: (node: string, name: string) => Promise<void>;
  /** Takes a machine back to what it was when the snapshot of that name was taken, with this host's time. */
  readonly restore: (node: string, name: string) => Promise<void>;
}

export interface LogOptions {
  readonly sinceMs?: number;
  /** Each line led by the engine's own RFC 3339 timestamp. */
  readonly timestamps?: boolean;
  /** Bytes at most, from the end. */
  readonly tailBytes?: number;
}

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
  /** The channel to a machine by its name (`node1`, `laptop`) in a lab. */
  connect(lab: string, node: string): Remote;
  /** A machine's console output, oldest first. */
  logs(lab: string, node: string, options?: LogOptions): Promise<Buffer>;
  /** Other users of addresses on this host's networks: CIDRs with a name, for clashes of subnets. */
  occupiedSubnets(
    signal?: AbortSignal,
  ): Promise<{ readonly subnet: string; readonly name: string; readonly lab?: string }[]>;
}

export interface LogOptions {
  readonly sinceMs?: number;
  /** Each line led by the engine's own RFC 3339 timestamp. */
  readonly timestamps?: boolean;
  /** Bytes at most, from the end. */
  readonly tailBytes?: number;
}

import type { FileSpec, Remote } from "../core/remote.js";
import type { MachineObject, ObservedObject, Stamp } from "../topologies/objects.js";
import type { Endpoint, LogOptions, Machines } from "./provisioner.js";

/** One sort of machines that are no containers: what a provisioner does to machines, on networks that the engine made. */
export interface MachineSort {
  /** Whether what is specified is a machine of this sort. */
  makes(spec: MachineObject): boolean;
  /** Whether a lab has a machine of this name here. */
  has(lab: string, node: string): boolean;
  /** Whether an observed object is a machine of this sort, be it gone by now. */
  owns(object: ObservedObject): boolean;
  /** The address that a machine was given on a network; undefined where there is no such machine here. */
  addressOf(lab: string, endpoint: Endpoint): string | undefined;
  observe(lab: string | undefined, signal?: AbortSignal): Promise<ObservedObject[]>;
  create(spec: MachineObject, stamp: Stamp, secrets: readonly FileSpec[], signal?: AbortSignal): Promise<void>;
  remove(object: ObservedObject, signal?: AbortSignal): Promise<void>;
  /** `peers` finds the addresses of those that a link is to be blocked to. */
  machines(lab: string, peers: (endpoint: Endpoint) => Promise<string>): Machines;
  connect(lab: string, node: string): Remote;
  logs(lab: string, node: string, options?: LogOptions): Promise<Buffer>;
}

/** The address that one of these sorts gave to a machine; undefined where it is none of theirs. */
export function addressAmong(sorts: readonly MachineSort[], lab: string, endpoint: Endpoint): string | undefined {
  return sorts.find((sort) => sort.has(lab, endpoint.node))?.addressOf(lab, endpoint);
}

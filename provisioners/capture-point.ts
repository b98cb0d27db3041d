import type { Remote } from "../core/remote.js";
import type { ClientSpec, LabSpec } from "../topologies/spec.js";
import { thisHost } from "./host/this-host.js";

/** Where what a client sends and receives is captured. */
export interface CapturePoint {
  readonly machine: Pick<Remote, "node" | "start">;
  /** The interface there; left out: the one that has the client's address. */
  readonly device?: string;
}

/**
 * At the client itself, where it has tcpdump. Windows has none: what it sends comes in by the uplink that leads to it, a port
 * of the bridge of this host's.
 */
export function capturePoint(
  { cluster, networks }: LabSpec,
  { name, kind }: ClientSpec,
  connect: (node: string) => Remote,
): CapturePoint {
  if (kind !== "windows") return { machine: connect(name) };
  const uplink = networks.find((network) => network.name === cluster.publicNetwork)?.uplink;
  return { machine: thisHost(name), ...(uplink != null && { device: uplink }) };
}

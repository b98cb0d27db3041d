import type { Remote } from "../core/remote.js";
import type { ClientSpec, LabSpec } from "../topologies/spec.js";
import { thisHost } from "./host/this-host.js";
import { tapName } from "./qemu/machine-folder.js";

/** Where what a client sends and receives is captured. */
export interface CapturePoint {
  readonly machine: Pick<Remote, "node" | "start">;
  /** The interface there; left out: the one that has the client's address. */
  readonly device?: string;
}

/**
 * At the client itself, where it has tcpdump. Windows has none: what it sends comes in by a port of the bridge of this host's,
 * the tap of a virtual machine or the uplink that leads to a host.
 */
export function capturePoint(
  { name: lab, cluster, networks }: LabSpec,
  { name, kind, runtime }: ClientSpec,
  connect: (node: string) => Remote,
): CapturePoint {
  if (kind !== "windows") return { machine: connect(name) };
  if (runtime === "qemu") return { machine: thisHost(name), device: tapName(lab, name, cluster.publicNetwork) };
  const uplink = networks.find((network) => network.name === cluster.publicNetwork)?.uplink;
  return { machine: thisHost(name), ...(uplink != null && { device: uplink }) };
}

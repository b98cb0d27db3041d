import type { LabSpec } from "../topologies/spec.js";

/**
 * How many times as long as a cluster of containers this lab's may take for what it has to do: CTDB's event scripts start
 * many programs, each of which takes an emulated machine 0.1 s, on a host that is busy much more.
 */
export function patience({ nodes }: LabSpec): number {
  return nodes.some(({ runtime }) => runtime === "qemu") ? 5 : 1;
}

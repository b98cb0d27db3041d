import type { LabSpec, NodeRuntime } from "../../topologies/spec.js";

/** What a lab's nodes are made of: all of the same. */
export function nodeRuntime({ nodes }: LabSpec): NodeRuntime {
  return nodes[0]?.runtime ?? "docker";
}

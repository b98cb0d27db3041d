import { clusterOf } from "../cluster/verbs.js";
import type { LabSpec } from "../topologies/spec.js";
import type { ClusterState } from "./follow-cluster.js";
import type { Probe, ProbeOptions } from "./probe.js";

/**
 * The probe, which first enables nodes that are disabled, each once: a run that was killed while its fault was in force
 * leaves one behind in a lab that stays, and nobody else would ever heal it.
 */
export function enablingDisabled(probe: Probe, lab: LabSpec, state: () => ClusterState, options: ProbeOptions): Probe {
  const { provisioner, emit } = options;
  const cluster = clusterOf(lab.nodes, (node) => provisioner.connect(lab.name, node));
  const healed = new Set<string>();
  return {
    ...probe,
    ask: async () => {
      for (const { name, pnn } of lab.nodes) {
        const flags = state().nodes.find((node) => node.pnn === pnn)?.flags ?? [];
        if (!flags.includes("Disabled") || healed.has(name)) continue;
        healed.add(name);
        emit({
          type: "note",
          level: "warning",
          text: `${name} was disabled, left so by a run that was killed: enabled`,
        });
        await cluster.enable(name);
      }
      return probe.ask();
    },
  };
}

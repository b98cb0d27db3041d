import { clusterOf } from "../cluster/verbs.js";
import type { LabSpec } from "../topologies/spec.js";
import type { ClusterState } from "./follow-cluster.js";
import type { Probe, ProbeOptions } from "./probe.js";

/**
 * The probe, which first enables nodes that are disabled, continues those that are stopped and unbans those that are
 * banned, each once: a run that was killed while its fault was in force leaves one behind in a lab that stays, and nobody
 * else would ever heal it. CTDB bans nodes by itself, too, for five minutes.
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
        if (healed.has(name)) continue;
        const heal = async (
          was: string,
          now: string,
          work: (node: string) => Promise<void>,
          why = "left so by a run that was killed",
        ) => {
          healed.add(name);
          emit({
            type: "note",
            level: "warning",
            text: `${name} was ${was}, ${why}: ${now}`,
          });
          await work(name);
        };
        if (flags.includes("Disabled")) await heal("disabled", "enabled", (node) => cluster.enable(node));
        if (flags.includes("Stopped")) await heal("stopped", "continued", (node) => cluster.continue(node));
        const byWhom = "by a run that was killed or by CTDB itself";
        if (flags.includes("Banned")) await heal("banned", "unbanned", (node) => cluster.unban(node), byWhom);
      }
      return probe.ask();
    },
  };
}

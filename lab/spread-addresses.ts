import { clusterOf } from "../cluster/verbs.js";
import type { LabSpec } from "../topologies/spec.js";
import type { ClusterState } from "./follow-cluster.js";
import { patience } from "./patience.js";
import type { Probe, ProbeOptions } from "./probe.js";

/** CTDB spreads the addresses of a cluster that starts within a second or so. */
const patienceMs = 5_000;

/**
 * The probe, which has CTDB spread the addresses, once, when all are held and stay uneven: a run that was killed after
 * `moveip` leaves them so, and CTDB has no reason to look at them again.
 */
export function spreadingAddresses(
  probe: Probe,
  lab: LabSpec,
  state: () => ClusterState,
  { provisioner, emit, clock }: ProbeOptions,
): Probe {
  let since: number | undefined;
  let done = false;
  return {
    ...probe,
    ask: async () => {
      const answer = await probe.ask();
      const { addresses } = state();
      const uneven = answer !== undefined && addresses.length > 0 && addresses.every(({ pnn }) => pnn !== null);
      since = uneven ? (since ?? clock.now()) : undefined;
      if (since === undefined || done || clock.now() - since < patienceMs * patience(lab)) return answer;
      done = true;
      const text = "the public addresses are spread unevenly, left so by a run that was killed: spread";
      emit({ type: "note", level: "warning", text });
      await clusterOf(lab.nodes, (node) => provisioner.connect(lab.name, node)).reallocate();
      return answer;
    },
  };
}

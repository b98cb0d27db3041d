import { stableJson } from "../core/hash.js";
import type { RunContext } from "./scenario.js";

/** How often CTDB is asked. Each time costs a node two short processes. */
const EVERY_MS = 500;

/**
 * Tells who holds which address, and each node's state, whenever that changes, until closed. For people who watch: the
 * evidence comes from CTDB's log, which is exact.
 */
export function watchCluster(context: RunContext): { close(): Promise<void> } {
  const stop = new AbortController();
  const watch = async () => {
    let last = "";
    while (!stop.signal.aborted) {
      try {
        const { nodes, addresses } = await context.cluster.state();
        const state = stableJson({ nodes, addresses });
        if (state !== last) context.emit({ type: "cluster.state", nodes: [...nodes], addresses: [...addresses] });
        last = state;
        await context.clock.sleep(EVERY_MS, stop.signal);
      } catch {
        // A cluster that does not answer is what faults are for; the next round asks again.
        await context.clock.sleep(EVERY_MS, stop.signal).catch(() => undefined);
      }
    }
  };
  const watching = watch();
  return {
    close: async () => {
      stop.abort();
      await watching;
    },
  };
}

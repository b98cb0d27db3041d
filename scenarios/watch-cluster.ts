import type { EventBody } from "../core/event.js";
import { stableJson } from "../core/hash.js";
import { joinSignals } from "../core/join-signals.js";
import type { RunContext } from "./scenario.js";
import { unhealthy } from "./unhealthy.js";

/**
 * How often CTDB is asked: seldom while nothing happens, for each time costs a machine that is busy with a copy 50 to 100 ms
 * of a processor; often from the moment on at which something does, until that is some time ago and all is well again.
 */
const CALM_MS = 10_000;
const CLOSE_MS = 500;
const STIRRED_FOR_MS = 10_000;

/** After these the cluster may become another one. */
const STIRS: readonly EventBody["type"][] = [
  ...(["fault.started", "fault.injected", "fault.healed"] as const),
  ...(["copy.lost", "copy.attempt", "copy.resumed", "copy.failed"] as const),
];

export interface ClusterWatch {
  /** Resolves when CTDB was asked for the first time, whether or not it answered. */
  readonly begun: Promise<void>;
  close(): Promise<void>;
}

/**
 * Tells who holds which address, and each node's state, whenever that changes, until closed. For people who watch: the
 * evidence comes from CTDB's log, which is exact.
 */
export function watchCluster(context: RunContext): ClusterWatch {
  const { clock, events } = context;
  const stop = new AbortController();
  let stirredMs = -Infinity;
  let wake: () => void = () => undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const listen = async () => {
    while (await events.next(({ type }) => STIRS.includes(type), stop.signal)) {
      stirredMs = clock.now();
      wake();
    }
  };
  /** Until the next time, or until something happens. */
  const pause = async (ms: number) => {
    const woken = new AbortController();
    wake = () => {
      woken.abort();
    };
    using either = joinSignals(stop.signal, woken.signal);
    await clock.sleep(ms, either.signal).catch(() => undefined);
  };
  const watch = async () => {
    let last = "";
    while (!stop.signal.aborted) {
      let calm = false;
      try {
        const { nodes, addresses } = await context.cluster.state();
        const state = stableJson({ nodes, addresses });
        if (state !== last) context.emit({ type: "cluster.state", nodes: [...nodes], addresses: [...addresses] });
        last = state;
        calm = unhealthy({ nodes, addresses }) === "" && clock.now() - stirredMs >= STIRRED_FOR_MS;
      } catch {
        // A cluster that does not answer is what faults are for; the next round asks again.
      }
      begin();
      await pause(calm ? CALM_MS : CLOSE_MS);
    }
  };
  const watching = Promise.all([watch(), listen()]);
  return {
    begun,
    close: async () => {
      stop.abort();
      await watching;
    },
  };
}

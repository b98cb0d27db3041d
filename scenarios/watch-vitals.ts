import { followVitals } from "../lab/follow-vitals.js";
import type { NodeVitals } from "../lab/follow-vitals.js";
import type { NodeSpec } from "../topologies/spec.js";
import type { RunContext } from "./scenario.js";

/** A node that is frozen, or gone, is asked again so often. */
const AGAIN_MS = 2000;
/** Told at least so often, so that whoever watches knows that the node still lives; else only when it changes. */
const QUIET_MS = 10_000;
/** CPU time changes all the time: it is told of when it has by so much, and not more often than this. */
const NEWS = { percent: 15, everyMs: 3000 };

interface Told {
  readonly atMs: number;
  readonly cpuPercent: number | null;
  readonly connections: number | null;
  readonly leader: boolean;
}

/** Tells each node's load, its connections and whether it leads the cluster, until closed. For people who watch. */
export function watchVitals(context: RunContext): { close(): Promise<void> } {
  const stop = new AbortController();
  const watching = context.spec.nodes.map((node) => watchNode(node, context, stop.signal));
  return {
    close: async () => {
      stop.abort();
      await Promise.all(watching);
    },
  };
}

async function watchNode(node: NodeSpec, context: RunContext, signal: AbortSignal): Promise<void> {
  const tellAlways = teller(node, context);
  const stopped = () => signal.aborted;
  const tell = (vitals: NodeVitals) => {
    if (!stopped()) tellAlways(vitals);
  };
  while (!stopped()) {
    try {
      const { exited } = await followVitals(context.remote(node.name), signal, tell);
      await exited;
    } catch {
      // A node that cannot be asked is what faults are for.
    }
    await context.clock.sleep(AGAIN_MS, signal).catch(() => undefined);
  }
}

/** Turns CPU time into a share of one core, and passes on what is news. */
function teller({ name, pnn }: NodeSpec, { clock, emit }: RunContext): (vitals: NodeVitals) => void {
  let before: { readonly atMs: number; readonly cpuUs: number } | undefined;
  let told: Told | undefined;
  return ({ cpuUs, connections = null, leaderPnn }) => {
    const atMs = clock.now();
    const ms = before === undefined ? 0 : atMs - before.atMs;
    const cpuPercent =
      before === undefined || cpuUs === undefined || ms <= 0 ? null : Math.round((cpuUs - before.cpuUs) / 10 / ms);
    if (cpuUs !== undefined) before = { atMs, cpuUs };
    const now: Told = { atMs, cpuPercent, connections, leader: leaderPnn === pnn };
    if (!isNews(told, now)) return;
    told = now;
    emit({ type: "node.vitals", node: name, cpuPercent, connections, leader: now.leader });
  };
}

function isNews(told: Told | undefined, now: Told): boolean {
  if (told?.connections !== now.connections || told.leader !== now.leader) return true;
  const ms = now.atMs - told.atMs;
  const byPercent = Math.abs((now.cpuPercent ?? 0) - (told.cpuPercent ?? 0));
  return ms >= QUIET_MS || (ms >= NEWS.everyMs && byPercent >= NEWS.percent);
}

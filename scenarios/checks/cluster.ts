import { z } from "zod";
import { failureOf, ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import { durationText } from "../../core/size.js";
import { unhealthy } from "../unhealthy.js";
import type { ClusterState } from "../unhealthy.js";
import type { LabCheck, LabSubject } from "./check.js";
import { fail, pass, unknown } from "./finding.js";

const schema = z
  .union([
    z.literal("healthy"),
    z.strictObject({
      healthyWithin: durationText.meta({ description: "How long it may take from now on.", examples: ["30s"] }),
    }),
  ])
  .meta({ description: "All nodes are OK and all public addresses are held, at once or within a time." });

type Wanted = z.infer<typeof schema>;

/** The last state that CTDB told, or why it told none. */
type Facts =
  | { readonly state: ClusterState; readonly nodes: number; readonly afterMs: number }
  | { readonly state: undefined; readonly why: string };

export const cluster: LabCheck<Wanted, Facts> = {
  name: "cluster",
  about: "lab",
  schema,
  docs: {
    field: "cluster: healthy` or `cluster: { healthyWithin: 30s }",
    passes: "CTDB says that all nodes are OK and all public addresses are held: now, or before the time is over.",
  },
  gather,
  judge: (_wanted, facts) => {
    if (facts.state === undefined) return unknown(`CTDB was not asked: ${facts.why}`);
    const { nodes, addresses } = facts.state;
    if (nodes.length < facts.nodes)
      return unknown(`CTDB told of ${String(nodes.length)} of ${String(facts.nodes)} nodes`);
    const missing = unhealthy(facts.state);
    if (missing !== "") return fail(`after ${seconds(facts.afterMs)}: ${missing}`);
    return pass(
      `${String(nodes.length)} nodes OK, ${String(addresses.length)} addresses held, after ${seconds(facts.afterMs)}`,
    );
  },
  defects: [
    inState("a node is not OK", ({ nodes: [first, ...others], addresses }) =>
      first === undefined ? undefined : { nodes: [{ ...first, flags: ["Unhealthy"] }, ...others], addresses },
    ),
    inState("nobody holds an address", ({ nodes, addresses: [first, ...others] }) =>
      first === undefined ? undefined : { nodes, addresses: [{ ...first, node: null }, ...others] },
    ),
    { name: "CTDB does not answer", turns: "unknown", plant: () => ({ state: undefined, why: "planted: timeout" }) },
  ],
};

function inState(name: string, change: (state: ClusterState) => ClusterState | undefined) {
  const plant = (facts: Facts): Facts | undefined => {
    const state = facts.state && change(facts.state);
    return facts.state === undefined || state === undefined ? undefined : { ...facts, state };
  };
  return { name, turns: "fail", plant } as const;
}

async function gather({ context }: LabSubject, wanted: Wanted): Promise<Facts> {
  const { clock, signal, spec } = context;
  const beganMs = clock.now();
  let last: Facts = { state: undefined, why: "there was no time" };
  const ask = async (): Promise<Facts> => {
    try {
      const state = await context.cluster.state();
      return { state, nodes: spec.nodes.length, afterMs: clock.now() - beganMs };
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return { state: undefined, why: failureOf(error).message };
    }
  };
  const step = async () => {
    last = await ask();
    return last.state !== undefined && unhealthy(last.state) === "" ? true : undefined;
  };
  if (wanted === "healthy") await step();
  else await poll(step, { clock, everyMs: 250, withinMs: wanted.healthyWithin, signal });
  return last;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

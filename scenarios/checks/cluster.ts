import { z } from "zod";
import type { ClusterState } from "../../cluster/verbs.js";
import { poll } from "../../core/poll.js";
import { durationText } from "../../core/size.js";
import { unhealthyToAny } from "../unhealthy.js";
import type { LabCheck, LabSubject } from "./check.js";
import { fail, pass, unknown } from "./finding.js";
import { askNodes, unanswered, withAnswer, withoutAnswer } from "./per-node.js";
import type { PerNode } from "./per-node.js";

const schema = z
  .union([
    z.literal("healthy"),
    z.strictObject({
      healthyWithin: durationText.meta({ description: "How long it may take from now on.", examples: ["30s"] }),
    }),
  ])
  .meta({ description: "All nodes are OK and all public addresses are held, at once or within a time." });

type Wanted = z.infer<typeof schema>;

interface Facts {
  /** What CTDB told last, on each node. */
  readonly views: PerNode<ClusterState>;
  /** How many nodes the lab has. */
  readonly nodes: number;
  readonly afterMs: number;
}

export const cluster: LabCheck<Wanted, Facts> = {
  name: "cluster",
  about: "lab",
  schema,
  docs: {
    field: "cluster: healthy` or `cluster: { healthyWithin: 30s }",
    passes:
      "CTDB says on every node that all nodes are OK and all public addresses are held, by the same: now, or before the time is over.",
  },
  gather,
  judge: (_wanted, { views, nodes, afterMs }) => {
    const missing = unhealthyToAny(views);
    if (missing !== "") return fail(`after ${seconds(afterMs)}: ${missing}`);
    const silent = unanswered(views);
    if (silent !== undefined) return unknown(`CTDB did not answer: ${silent}`);
    for (const [node, found] of views) {
      const seen = "answer" in found ? found.answer.nodes.length : 0;
      if (seen < nodes) return unknown(`CTDB on ${node} told of ${String(seen)} of ${String(nodes)} nodes`);
    }
    return pass(`${String(nodes)} nodes OK and all addresses held, as each of them says, after ${seconds(afterMs)}`);
  },
  defects: [
    inState("a node is not OK", ({ nodes: [first, ...others], addresses }) =>
      first === undefined ? undefined : { nodes: [{ ...first, flags: ["Unhealthy"] }, ...others], addresses },
    ),
    inState("nobody holds an address", ({ nodes, addresses: [first, ...others] }) =>
      first === undefined ? undefined : { nodes, addresses: [{ ...first, node: null }, ...others] },
    ),
    inState("two nodes give an address to different holders", ({ nodes, addresses: [first, ...others] }) => {
      const other = nodes.find(({ node }) => node !== first?.node);
      return first && other && { nodes, addresses: [{ ...first, node: other.node }, ...others] };
    }),
    {
      name: "a node does not answer",
      turns: "unknown",
      plant: (facts) => {
        const views = withoutAnswer(facts.views);
        return views && { ...facts, views };
      },
    },
  ],
};

/** One node says something else. */
function inState(name: string, change: (state: ClusterState) => ClusterState | undefined) {
  const plant = (facts: Facts): Facts | undefined => {
    const views = withAnswer(facts.views, change);
    return views && { ...facts, views };
  };
  return { name, turns: "fail", plant } as const;
}

async function gather({ context }: LabSubject, wanted: Wanted): Promise<Facts> {
  const { clock, signal, spec } = context;
  const beganMs = clock.now();
  const ask = async (): Promise<Facts> => {
    const views = await askNodes(context, (node) => context.cluster.viewOf(node));
    return { views, nodes: spec.nodes.length, afterMs: clock.now() - beganMs };
  };
  let last = await ask();
  const step = async () => {
    if (unhealthyToAny(last.views) === "" && unanswered(last.views) === undefined) return true;
    last = await ask();
    return undefined;
  };
  if (wanted !== "healthy") await poll(step, { clock, everyMs: 250, withinMs: wanted.healthyWithin, signal });
  return last;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

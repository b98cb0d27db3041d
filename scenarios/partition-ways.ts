import type { RunContext } from "./scenario.js";
import { resolveTarget } from "./targets.js";
import type { Target } from "./targets.js";

/** One machine's way to others, which is to be blocked. */
export interface Way {
  readonly from: string;
  readonly to: readonly string[];
}

/**
 * The ways between groups of nodes, at this moment: none of them goes from one group to another. Nodes that are in no
 * group are one together. Or why there is nothing to part, which only `serving()` can bring about: what is written plainly
 * was checked before.
 */
export async function waysBetween(groups: readonly Target[], context: RunContext): Promise<Way[] | string> {
  const all = context.spec.nodes.map(({ name }) => name);
  const named: string[][] = [];
  for (const group of groups) named.push(await resolveTarget(group, context));
  const rest = all.filter((node) => !named.flat().includes(node));
  const parts = rest.length > 0 ? [...named, rest] : named;
  const twice = all.find((node) => parts.filter((part) => part.includes(node)).length > 1);
  if (twice !== undefined) return `${twice} is in two groups`;
  if (parts.length < 2) return "all nodes are in one group";
  return parts.flatMap((part) => part.map((from) => ({ from, to: all.filter((other) => !part.includes(other)) })));
}

/** The ways of some nodes to others, or to all others; or why there are none. */
export async function waysFrom(from: Target, to: Target | undefined, context: RunContext): Promise<Way[] | string> {
  const senders = await resolveTarget(from, context);
  const receivers = await resolveTarget(to ?? "all", context);
  const ways = senders
    .map((sender) => ({ from: sender, to: receivers.filter((node) => node !== sender) }))
    .filter((way) => way.to.length > 0);
  return ways.length > 0 ? ways : "a node cannot be parted from itself";
}

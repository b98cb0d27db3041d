import type { RunContext } from "./scenario.js";

export interface Injection {
  readonly name: string;
  readonly nodes: readonly string[];
  /** Whether this kind of fault must make the nodes' public addresses move. */
  readonly movesAddresses: boolean;
  /** It happens to the whole cluster, whichever of its nodes it is caused on. */
  readonly concernsAll?: true;
  /** It is given as a command that returns when its consequences are over, as CTDB's do: it lands when it is given. */
  readonly returnsLate?: true;
  readonly inject: (node: string) => Promise<void>;
  readonly heal: (node: string) => Promise<void>;
}

/**
 * Causes a fault on nodes and remembers how to heal it, before it is caused: a fault that half happened is healed as
 * well. The event tells which of the nodes served a running copy, for a fault on a bystander proves nothing.
 */
export async function inject(
  context: RunContext,
  { name, nodes, movesAddresses, concernsAll, returnsLate, inject, heal }: Injection,
): Promise<void> {
  const serving = await servers(context);
  const hitsServer = concernsAll ? serving.size > 0 : nodes.some((node) => serving.has(node));
  const startedMs = context.clock.now();
  context.emit({
    type: "fault.started",
    fault: name,
    nodes: [...nodes],
    serving: hitsServer,
    why: describe(nodes, serving),
  });
  context.faults.opened({
    name,
    step: context.step?.id ?? "",
    nodes,
    heal: async () => {
      await Promise.all(nodes.map(heal));
    },
  });
  const injected = Promise.all(nodes.map(inject));
  if (returnsLate) context.landed();
  await injected;
  context.landed();
  const doneMs = context.clock.now();
  const aimed = context.step?.ofNemesis !== true;
  context.faults.injected.push({
    fault: name,
    step: context.step?.id ?? "",
    nodes,
    startedMs,
    doneMs,
    serving: hitsServer,
    movesAddresses,
    aimed,
  });
  context.emit({ type: "fault.injected", fault: name, nodes: [...nodes], startedMs, doneMs });
}

/** Nodes that serve running copies now, and their clients, with the ids of those copies. */
async function servers(context: RunContext): Promise<Map<string, string[]>> {
  const serving = new Map<string, string[]>();
  for (const copy of context.copies.values()) {
    if (copy.state !== "running" || copy.address === undefined) continue;
    const node = await context.cluster.holderOf(copy.address);
    for (const name of [node, copy.client]) {
      if (name !== undefined) serving.set(name, [...(serving.get(name) ?? []), copy.id]);
    }
  }
  return serving;
}

function describe(nodes: readonly string[], serving: ReadonlyMap<string, readonly string[]>): string {
  return nodes
    .map((node) => {
      const copies = serving.get(node);
      return copies === undefined ? `${node} serves no running copy` : `${node} serves ${copies.join(", ")}`;
    })
    .join("; ");
}

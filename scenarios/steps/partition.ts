import { z } from "zod";
import { inject } from "../inject.js";
import { waysBetween, waysFrom } from "../partition-ways.js";
import type { Complaint, StepScope, Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget } from "../targets.js";
import { targetSchema } from "./target-schema.js";

const schema = z
  .union([
    z.strictObject({
      groups: z
        .array(targetSchema)
        .min(1)
        .meta({
          description: "Nodes that still reach each other. Those in no group are one together.",
          examples: [[["node1"], ["node2", "node3"]], ["serving(dvd)"]],
        }),
    }),
    z.strictObject({
      from: targetSchema.meta({ description: "Nodes whose packets get lost." }),
      to: targetSchema.optional().meta({ description: "On the way to these; to all others when left out." }),
    }),
  ])
  .meta({
    description:
      "Parts the cluster's private network: what nodes of one group send to another gets lost, and nobody is told. Or one way only: what `from` sends to `to` gets lost, and the answers would arrive. Clients reach all nodes. Healed by letting everything pass.",
    examples: [{ groups: ["serving(dvd)"] }, { from: "node1", to: "node2" }],
  });

type Args = z.infer<typeof schema>;
type OneWay = Extract<Args, { from: unknown }>;

export const partition: Verb<Args> = {
  name: "partition",
  docs: [
    {
      form: "partition: { groups }",
      does: "What nodes of one group send to another over the private network gets lost; nodes in no group are one together. A fault: healed by letting it pass.",
    },
    {
      form: "partition: { from, to? }",
      does: "The same one way: what `from` sends to `to`, or to all others, gets lost.",
    },
  ],
  isFault: true,
  schema,
  title: (args) =>
    "groups" in args
      ? `part ${args.groups.map(describeTarget).join(" from ")}${args.groups.length === 1 ? " from the others" : ""}`
      : `lose what ${describeTarget(args.from)} sends to ${describeTarget(args.to ?? "the others")}`,
  check: checkArgs,
  async run(args, context) {
    const { machines, spec } = context;
    const ways = await ("groups" in args ? waysBetween(args.groups, context) : waysFrom(args.from, args.to, context));
    if (typeof ways === "string") return { outcome: "unknown", reason: `partition: ${ways}` };
    const set = async (node: string, blocked: boolean) => {
      const to = ways.filter((way) => way.from === node).flatMap((way) => way.to);
      // One that only hears less sends as before.
      if (to.length > 0) await machines.block({ node, network: spec.cluster.privateNetwork }, to, blocked);
    };
    await inject(context, {
      name: "partition",
      nodes: [...new Set(ways.flatMap(({ from, to }) => [from, ...to]))],
      // Which part serves on is a matter of who holds the cluster lock.
      movesAddresses: false,
      inject: (node) => set(node, true),
      heal: (node) => set(node, false),
    });
    return passed;
  },
};

function checkArgs(args: Args, scope: StepScope): Complaint[] {
  const parts = "groups" in args ? args.groups.map((group, at) => ({ group, path: ["groups", at] })) : [];
  const ends = "groups" in args ? [] : [{ group: args.from, path: ["from"] }];
  if (!("groups" in args) && args.to !== undefined) ends.push({ group: args.to, path: ["to"] });
  const unknown = [...parts, ...ends].flatMap(({ group, path }) =>
    checkTarget(group, scope).map((complaint) => ({ ...complaint, path: [...path, ...complaint.path] })),
  );
  if (unknown.length > 0) return unknown;
  const nodes = scope.spec.nodes.map(({ name }) => name);
  return "groups" in args ? checkGroups(parts, nodes) : checkWay(args, nodes);
}

function checkGroups(parts: { group: string | string[]; path: (string | number)[] }[], nodes: string[]): Complaint[] {
  const code = "scenario/no-partition";
  const named = parts.map(({ group }) => plain(group, nodes));
  const twice = parts.flatMap(({ path }, at) => {
    const node = named[at]?.find((one) => named.slice(0, at).flat().includes(one));
    return node === undefined ? [] : [{ path, code, message: `${node} is in two groups` }];
  });
  if (twice.length > 0) return twice;
  const isAll = named.some((group) => nodes.every((node) => group.includes(node)));
  return isAll ? [{ path: ["groups"], code, message: "all nodes are in one group: nothing is parted" }] : [];
}

function checkWay({ from, to = "all" }: OneWay, nodes: string[]): Complaint[] {
  if (describeTarget(from).includes("serving(") || describeTarget(to).includes("serving(")) return [];
  const receivers = plain(to, nodes);
  const some = plain(from, nodes).some((node) => receivers.some((other) => other !== node));
  if (some) return [];
  const message = `${describeTarget(from)} cannot be parted from itself`;
  return [{ path: [], code: "scenario/no-partition", message }];
}

/** The nodes that are written plainly; the one that serves a copy is known only later. */
function plain(target: string | readonly string[], nodes: readonly string[]): string[] {
  const names = typeof target === "string" ? [target] : target;
  return names.flatMap((name) => (name === "all" ? nodes : nodes.includes(name) ? [name] : []));
}

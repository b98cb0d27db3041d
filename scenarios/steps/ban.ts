import { z } from "zod";
import { durationText } from "../../core/size.js";
import { inject } from "../inject.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import { targetSchema } from "./target-schema.js";

const schema = z
  .strictObject({
    nodes: targetSchema,
    for: durationText.default(60_000).meta({
      description: "When CTDB ends the ban by itself, in whole seconds; 60s when left out.",
      examples: ["10s"],
    }),
  })
  .meta({
    description:
      "Runs `ctdb ban` on nodes: they are cut off from the cluster as by `stop`, for a time. Healed by `ctdb unban`.",
  });

type Args = z.infer<typeof schema>;

export const ban: Verb<Args> = {
  name: "ban",
  docs: [
    {
      form: "ban: { nodes, for? }",
      does: "`ctdb ban`: as `stop`, and CTDB ends it by itself after `for` (60s). A fault: healed by `ctdb unban`.",
    },
  ],
  isFault: true,
  schema,
  title: ({ nodes, for: forMs }) => `ban ${describeTarget(nodes)} for ${String(forMs / 1000)} s`,
  check: ({ nodes }, scope) =>
    checkTarget(nodes, scope).map((complaint) => ({ ...complaint, path: ["nodes", ...complaint.path] })),
  async run({ nodes: target, for: forMs }, context) {
    const nodes = await resolveTarget(target, context);
    await inject(context, {
      name: "ban",
      nodes,
      movesAddresses: true,
      returnsLate: true,
      inject: (node) => context.cluster.ban(node, forMs),
      heal: (node) => context.cluster.unban(node),
    });
    return passed;
  },
};

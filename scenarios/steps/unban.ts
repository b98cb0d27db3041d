import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";

export const unban: Verb<Target> = {
  name: "unban",
  docs: [{ form: "unban: <nodes>", does: "`ctdb unban`." }],
  schema: targetSchema.meta({
    description: "Runs `ctdb unban` on nodes: ends a ban before its time. Addresses may move back to them.",
    examples: ["all", "node2"],
  }),
  title: (target) => `unban ${describeTarget(target)}`,
  check: checkTarget,
  async run(target, context) {
    const nodes = await resolveTarget(target, context);
    await Promise.all(nodes.map((node) => context.cluster.unban(node)));
    context.faults.closed("ban", nodes);
    return passed;
  },
};

import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";

export const continueNodes: Verb<Target> = {
  name: "continue",
  docs: [{ form: "continue: <nodes>", does: "`ctdb continue`." }],
  schema: targetSchema.meta({
    description: "Runs `ctdb continue` on nodes that were stopped. Addresses may move back to them.",
    examples: ["all", "node2"],
  }),
  title: (target) => `continue ${describeTarget(target)}`,
  check: checkTarget,
  async run(target, context) {
    const nodes = await resolveTarget(target, context);
    await Promise.all(nodes.map((node) => context.cluster.continue(node)));
    context.faults.closed("stop", nodes);
    return passed;
  },
};

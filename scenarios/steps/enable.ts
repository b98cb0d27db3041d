import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";

export const enable: Verb<Target> = {
  name: "enable",
  docs: [
    { form: "enable: <nodes>", does: "`ctdb enable`. Addresses may move back, which a running copy then notices." },
  ],
  schema: targetSchema.meta({
    description:
      "Runs `ctdb enable` on nodes. Addresses may move back to them, which a running copy then notices again.",
    examples: ["all", "node2"],
  }),
  title: (target) => `enable ${describeTarget(target)}`,
  check: checkTarget,
  async run(target, context) {
    const nodes = await resolveTarget(target, context);
    await Promise.all(nodes.map((node) => context.cluster.enable(node)));
    context.faults.closed("disable", nodes);
    return passed;
  },
};

import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";

export const heal: Verb<Target> = {
  name: "heal",
  docs: [
    {
      form: "heal: <nodes>",
      does: "Undoes the faults of this run that are in force on any of these nodes now, not only at the end of their block. Nothing where there are none.",
    },
  ],
  schema: targetSchema.meta({
    description:
      "Undoes every fault of this run that is in force on any of these nodes, the newest first: cables are plugged in, nodes are started, enabled, thawed.",
    examples: ["all", "node2"],
  }),
  title: (target) => `heal ${describeTarget(target)}`,
  check: checkTarget,
  async run(target, context) {
    await context.faults.healOn(await resolveTarget(target, context));
    return passed;
  },
};

import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";
import { inject } from "../inject.js";

export const disable: Verb<Target> = {
  name: "disable",
  docs: [
    {
      form: "disable: <nodes>",
      does: "`ctdb disable`: the nodes keep running and their public addresses move away. A fault: healed by `ctdb enable`.",
    },
  ],
  isFault: true,
  schema: targetSchema.meta({
    description:
      "Runs `ctdb disable` on nodes: they keep running, and their public addresses move away. Healed by `ctdb enable`.",
    examples: ["serving(dvd)", "node2"],
  }),
  title: (target) => `disable ${describeTarget(target)}`,
  check: checkTarget,
  async run(target, context) {
    const nodes = await resolveTarget(target, context);
    await inject(context, {
      name: "disable",
      nodes,
      movesAddresses: true,
      returnsLate: true,
      inject: (node) => context.cluster.disable(node),
      heal: (node) => context.cluster.enable(node),
    });
    return passed;
  },
};

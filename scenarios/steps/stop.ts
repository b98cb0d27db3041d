import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";
import { inject } from "../inject.js";

export const stop: Verb<Target> = {
  name: "stop",
  docs: [
    {
      form: "stop: <nodes>",
      does: "`ctdb stop`: the nodes leave the databases and lose their addresses; their smbds live on. A fault: healed by `ctdb continue`.",
    },
  ],
  isFault: true,
  schema: targetSchema.meta({
    description:
      "Runs `ctdb stop` on nodes: they leave the databases and lose their public addresses, while their smbds live on with the files they have open. Healed by `ctdb continue`.",
    examples: ["serving(dvd)", "node2"],
  }),
  title: (target) => `stop ${describeTarget(target)}`,
  check: checkTarget,
  async run(target, context) {
    const nodes = await resolveTarget(target, context);
    await inject(context, {
      name: "stop",
      nodes,
      movesAddresses: true,
      returnsLate: true,
      inject: (node) => context.cluster.stop(node),
      heal: (node) => context.cluster.continue(node),
    });
    return passed;
  },
};

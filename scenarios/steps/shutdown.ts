import { shutDownCtdbd, startCtdbd } from "../../cluster/ctdbd.js";
import { inject } from "../inject.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";

export const shutdown: Verb<Target> = {
  name: "shutdown",
  docs: [
    {
      form: "shutdown: <nodes>",
      does: "`ctdb shutdown`: Samba and ctdbd end, the node runs on. A fault: healed by starting ctdbd.",
    },
  ],
  isFault: true,
  schema: targetSchema.meta({
    description:
      "Runs `ctdb shutdown` on nodes: they stop Samba, give their addresses away and leave the cluster; the nodes themselves run on. Healed by starting ctdbd.",
    examples: ["serving(dvd)", "node2"],
  }),
  title: (target) => `shut down CTDB on ${describeTarget(target)}`,
  check: checkTarget,
  async run(target, context) {
    const nodes = await resolveTarget(target, context);
    await inject(context, {
      name: "shutdown",
      nodes,
      movesAddresses: true,
      returnsLate: true,
      inject: (node) => shutDownCtdbd(context.remote(node)),
      heal: (node) => startCtdbd(context.remote(node)),
    });
    return passed;
  },
};

import { inject } from "../inject.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";

export const crash: Verb<Target> = {
  name: "crash",
  docs: [
    {
      form: "crash: <nodes>",
      does: "Takes the nodes' power at once. A fault: healed by giving it back; the nodes boot and join by themselves.",
    },
  ],
  isFault: true,
  schema: targetSchema.meta({
    description:
      "Takes the power of nodes, without a warning to anyone. Healed by giving it back: the nodes boot, and join by themselves.",
    examples: ["serving(dvd)", "node2"],
  }),
  title: (target) => `crash ${describeTarget(target)}`,
  check: checkTarget,
  async run(target, context) {
    const nodes = await resolveTarget(target, context);
    await inject(context, {
      name: "crash",
      nodes,
      movesAddresses: true,
      inject: (node) => context.machines.power(node, "off"),
      heal: (node) => context.machines.power(node, "on"),
    });
    return passed;
  },
};

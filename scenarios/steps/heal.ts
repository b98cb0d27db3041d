import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";

export const heal: Verb<Target> = {
  name: "heal",
  docs: [
    {
      form: "heal: <nodes or clients>",
      does: "Undoes the faults of this run that are in force on any of these nodes now, not only at the end of their block. Nothing where there are none.",
    },
  ],
  needsCluster: false,
  schema: targetSchema.meta({
    description:
      "Undoes every fault of this run that is in force on any of these nodes, the newest first: cables are plugged in, nodes are started, enabled, thawed.",
    examples: ["all", "node2"],
  }),
  title: (target) => `heal ${describeTarget(target)}`,
  check(target, scope) {
    const { servers, clients } = scope.spec;
    const isOther = (name: string) => [...servers, ...clients].some((machine) => machine.name === name);
    // Its places in a list stay what they are: complaints point at them.
    const nodes = (typeof target === "string" ? [target] : target).map((name) => (isOther(name) ? "all" : name));
    return checkTarget(typeof target === "string" ? (nodes[0] ?? target) : nodes, scope);
  },
  async run(target, context) {
    const { servers, clients } = context.spec;
    const others = target === "all" ? [...servers, ...clients].map(({ name }) => name) : [];
    await context.faults.healOn([...(await resolveTarget(target, context)), ...others]);
    return passed;
  },
};

import { startCtdbd } from "../../cluster/ctdbd.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";

export const start: Verb<Target> = {
  name: "start",
  docs: [{ form: "start: <nodes>", does: "Starts ctdbd where it does not run." }],
  schema: targetSchema.meta({
    description:
      "Starts ctdbd on nodes where it was shut down or killed; where it runs, nothing is done. The nodes join in the background.",
    examples: ["node2"],
  }),
  title: (target) => `start CTDB on ${describeTarget(target)}`,
  check: checkTarget,
  async run(target, context) {
    const nodes = await resolveTarget(target, context);
    await Promise.all(nodes.map((node) => startCtdbd(context.remote(node))));
    for (const fault of ["shutdown", "kill ctdbd"]) context.faults.closed(fault, nodes);
    return passed;
  },
};

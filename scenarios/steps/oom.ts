import { killLikeOom, startCtdbd } from "../../cluster/ctdbd.js";
import { startSmbd } from "../../cluster/smbd.js";
import { inject } from "../inject.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";
import { checkTarget, describeTarget, resolveTarget } from "../targets.js";
import type { Target } from "../targets.js";
import { targetSchema } from "./target-schema.js";

export const oom: Verb<Target> = {
  name: "oom",
  docs: [
    {
      form: "oom: <nodes>",
      does: "SIGKILL to the process of Samba or CTDB with the highest `oom_score`. A fault: healed by starting what is missing.",
    },
  ],
  isFault: true,
  schema: targetSchema.meta({
    description:
      "Kills on each node the one process of Samba or CTDB that the kernel would kill if memory ran out, by the kernel's own score. Healed by starting what is missing.",
    examples: ["serving(dvd)"],
  }),
  title: (target) => `kill as if out of memory on ${describeTarget(target)}`,
  check: checkTarget,
  async run(target, context) {
    const nodes = await resolveTarget(target, context);
    await inject(context, {
      name: "oom",
      nodes,
      // Which process it is decides whether the node serves on.
      movesAddresses: false,
      inject: async (node) => {
        const victim = await killLikeOom(context.remote(node));
        context.emit({ type: "note", level: "info", text: `${node}: the largest process was killed: ${victim}` });
      },
      heal: async (node) => {
        await startCtdbd(context.remote(node));
        await startSmbd(context.remote(node));
      },
    });
    return passed;
  },
};

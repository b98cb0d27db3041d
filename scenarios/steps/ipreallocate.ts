import { z } from "zod";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";

const schema = z.literal("all").meta({
  description:
    "Runs `ctdb ipreallocate`, a takeover run: CTDB gives out public addresses that nobody holds and spreads all evenly. Those that move are noticed by a running copy.",
  examples: ["all"],
});

export const ipreallocate: Verb<"all"> = {
  name: "ipreallocate",
  docs: [{ form: "ipreallocate: all", does: "`ctdb ipreallocate`: CTDB spreads the public addresses evenly." }],
  schema,
  title: () => "spread the public addresses",
  check: () => [],
  async run(_all, context) {
    await context.cluster.reallocate();
    context.faults.closed(
      "moveip",
      context.spec.nodes.map(({ name }) => name),
    );
    return passed;
  },
};

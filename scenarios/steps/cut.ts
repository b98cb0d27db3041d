import type { z } from "zod";
import { checkEndpoints, describeEndpoints, endpointSchema } from "../endpoints.js";
import { partLinks } from "../part-links.js";
import type { Verb } from "../scenario.js";
import { passed } from "../scenario.js";

type Args = z.infer<typeof endpointSchema>;

export const cut: Verb<Args> = {
  name: "cut",
  docs: [{ form: "cut: <links>", does: "Pulls the cables of links. A fault: healed by plugging them in." }],
  isFault: true,
  needsCluster: false,
  schema: endpointSchema.meta({
    description:
      "Pulls the cable of links: nothing goes over them, and the node's interface has no carrier, which CTDB looks at on the public network. Healed by plugging it in.",
    examples: ["serving(dvd)/public", "node2/private"],
  }),
  title: (links) => `cut ${describeEndpoints(links)}`,
  check: checkEndpoints,
  async run(links, context) {
    await partLinks(context, links, { name: "cut", set: context.machines.plug });
    return passed;
  },
};

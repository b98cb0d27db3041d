import type { z } from "zod";
import { checkEndpoints, describeEndpoints, type Endpoints, endpointSchema, runtimesOf } from "../endpoints.js";
import { partLinks } from "../part-links.js";
import type { Complaint, StepScope, Verb } from "../scenario.js";
import { passed } from "../scenario.js";

type Args = z.infer<typeof endpointSchema>;

export const eject: Verb<Args> = {
  name: "eject",
  docs: [
    {
      form: "eject: <links>",
      does: "Takes the network cards of links out of running virtual machines, with their interfaces and addresses. A fault: healed by putting them in again, with the addresses they were made with.",
    },
  ],
  isFault: true,
  needsCluster: false,
  schema: endpointSchema.meta({
    description:
      "Takes the network cards of links out of running virtual machines (PCI hot-unplug): the interface is gone, with its addresses. Healed by putting it in again, with the addresses that it was made with.",
    examples: ["serving(dvd)/public", "laptop/public"],
  }),
  title: (links) => `eject ${describeEndpoints(links)}`,
  check: (links, scope) => [...checkEndpoints(links, scope, { cutsOnly: false }), ...checkCards(links, scope)],
  async run(links, context) {
    await partLinks(context, links, { name: "eject", set: context.machines.fit });
    return passed;
  },
};

/** A container's interface is no card; hosts that were there before are refused as for any link. */
function checkCards(links: Endpoints, { spec }: StepScope): Complaint[] {
  if (!runtimesOf(links, spec).includes("docker")) return [];
  const message = "the links of containers have no cards that could be taken out";
  return [{ path: [], code: "scenario/no-card", message, hint: "`cut` pulls their cables; `runtime: qemu` has cards" }];
}

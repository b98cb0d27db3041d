import type { z } from "zod";
import {
  checkEndpoints,
  describeEndpoints,
  eachLink,
  type Endpoints,
  endpointSchema,
  machinesOf,
  resolveEndpoints,
  runtimesOf,
} from "../endpoints.js";
import { inject } from "../inject.js";
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
    const { machines, spec } = context;
    const endpoints = await resolveEndpoints(links, context);
    const isNode = (name: string) => spec.nodes.some((node) => node.name === name);
    await inject(context, {
      name: "eject",
      nodes: machinesOf(endpoints),
      movesAddresses: endpoints.every(({ node, network }) => isNode(node) && network === spec.cluster.publicNetwork),
      inject: (machine) => eachLink(endpoints, machine, (link) => machines.fit(link, false)),
      heal: (machine) => eachLink(endpoints, machine, (link) => machines.fit(link, true)),
    });
    return passed;
  },
};

/** A container's interface is no card; hosts that were there before are refused as for any link. */
function checkCards(links: Endpoints, { spec }: StepScope): Complaint[] {
  if (!runtimesOf(links, spec).includes("docker")) return [];
  const message = "the links of containers have no cards that could be taken out";
  return [{ path: [], code: "scenario/no-card", message, hint: "`cut` pulls their cables; `runtime: qemu` has cards" }];
}

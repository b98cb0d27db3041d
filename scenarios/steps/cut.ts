import type { z } from "zod";
import {
  checkEndpoints,
  describeEndpoints,
  eachLink,
  endpointSchema,
  machinesOf,
  resolveEndpoints,
} from "../endpoints.js";
import { inject } from "../inject.js";
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
    const { machines, spec } = context;
    const endpoints = await resolveEndpoints(links, context);
    const isNode = (name: string) => spec.nodes.some((node) => node.name === name);
    await inject(context, {
      name: "cut",
      nodes: machinesOf(endpoints),
      // A node that lost the private network is a matter of who holds the cluster lock.
      movesAddresses: endpoints.every(({ node, network }) => isNode(node) && network === spec.cluster.publicNetwork),
      inject: (machine) => eachLink(endpoints, machine, (link) => machines.plug(link, false)),
      heal: (machine) => eachLink(endpoints, machine, (link) => machines.plug(link, true)),
    });
    return passed;
  },
};

import type { Endpoint } from "../provisioners/provisioner.js";
import { eachLink, type Endpoints, machinesOf, resolveEndpoints } from "./endpoints.js";
import { inject } from "./inject.js";
import type { RunContext } from "./scenario.js";

/**
 * Parts links from what they are on, until they are healed. `set` makes a link whole or not. Nodes that lose the public network
 * must lose their addresses; what becomes of those that lose the private one is a matter of who holds the cluster lock.
 */
export async function partLinks(
  context: RunContext,
  links: Endpoints,
  { name, set }: { readonly name: string; readonly set: (link: Endpoint, whole: boolean) => Promise<void> },
): Promise<void> {
  const { spec } = context;
  const endpoints = await resolveEndpoints(links, context);
  const isNode = (machine: string) => spec.nodes.some((node) => node.name === machine);
  await inject(context, {
    name,
    nodes: machinesOf(endpoints),
    movesAddresses: endpoints.every(({ node, network }) => isNode(node) && network === spec.cluster.publicNetwork),
    inject: (machine) => eachLink(endpoints, machine, (link) => set(link, false)),
    heal: (machine) => eachLink(endpoints, machine, (link) => set(link, true)),
  });
}

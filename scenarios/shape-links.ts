import type { Shape } from "../provisioners/provisioner.js";
import { eachLink, machinesOf, resolveEndpoints } from "./endpoints.js";
import type { Endpoints } from "./endpoints.js";
import { inject } from "./inject.js";
import type { RunContext } from "./scenario.js";

/** Makes links slow or bad as a fault of this name, which is healed by making them as good as they were. */
export async function shapeLinks(
  context: RunContext,
  { name, links, shape }: { readonly name: string; readonly links: Endpoints; readonly shape: Shape },
): Promise<void> {
  const { machines } = context;
  const endpoints = await resolveEndpoints(links, context);
  await inject(context, {
    name,
    nodes: machinesOf(endpoints),
    // What is slow still serves.
    movesAddresses: false,
    inject: (machine) => eachLink(endpoints, machine, (link) => machines.shape(link, shape)),
    heal: (machine) => eachLink(endpoints, machine, (link) => machines.shape(link, null)),
  });
}

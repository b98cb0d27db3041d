import type Docker from "dockerode";
import type { Endpoint } from "../provisioner.js";
import { runBeside } from "./beside.js";
import { request } from "./errors.js";
import { addressOn, findLink, ownEnd } from "./links.js";
import { refuseLink } from "../no-link.js";
import { nameOf } from "./labels.js";

/** The address of a machine that is no container of the engine, if it is one. */
export type AddressElsewhere = (lab: string, endpoint: Endpoint) => string | undefined;

/** An address of hardware that nobody has: what is sent there gets lost, and nobody is told. */
const nobody = "02:00:00:00:00:00";

/**
 * Loses all that one container sends to others of a network, or lets it go its way again. Its kernel is told a wrong
 * hardware address for each of them, one that it neither forgets nor corrects: frames leave, and arrive nowhere, as in a
 * network that is broken between the two. This needs no part of the kernel that some lack.
 */
export async function blockLink(
  docker: Docker,
  lab: string,
  from: Endpoint,
  to: readonly string[],
  blocked: boolean,
  elsewhere: AddressElsewhere,
): Promise<void> {
  const link = await findLink(docker, lab, from);
  // What a container without power knew of others is gone.
  if (link === undefined) return blocked ? refuseLink(from, "it is off") : undefined;
  const peers = await Promise.all(
    to.map(async (node) => {
      const endpoint = { node, network: from.network };
      return elsewhere(lab, endpoint) ?? (await addressOf(docker, lab, endpoint));
    }),
  );
  const set = blocked
    ? `ip neigh replace "$peer" lladdr ${nobody} dev "$own" nud permanent`
    : // One that knows no such address has nothing to forget.
      `ip neigh del "$peer" dev "$own" 2>/dev/null || :`;
  const script = `${ownEnd} shift; for peer; do ${set}; done`;
  await runBeside(docker, link.container, { reach: "network", script, args: [link.address, ...peers] });
}

/** A container's own address, whether it has power or not. */
export async function addressOf(docker: Docker, lab: string, endpoint: Endpoint): Promise<string> {
  const name = nameOf({ lab, id: endpoint.node });
  const container = await request(`look at ${endpoint.node} of ${lab}`, undefined, () =>
    docker.getContainer(name).inspect(),
  );
  const wanted = addressOn(container, lab, endpoint.network)?.IPAMConfig as { IPv4Address?: string } | undefined;
  return wanted?.IPv4Address ?? refuseLink(endpoint, "it is not on that network");
}

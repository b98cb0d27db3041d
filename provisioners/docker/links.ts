import type Docker from "dockerode";
import { ToolError } from "../../core/errors.js";
import type { Remote } from "../../core/remote.js";
import { refuseLink } from "../no-link.js";
import type { Endpoint, Shape } from "../provisioner.js";
import { runBeside } from "./beside.js";
import { request } from "./errors.js";
import { nameOf } from "./labels.js";
import { queueing } from "../traffic.js";

/** Finds the interface that has this address: its name, and the number of its other end in the engine's namespace. */
export const ownEnd = `
own=$(ip -o -4 address show to "$1" | awk '{ print $2; exit }')
[ "$own" ] || { echo "no interface has the address $1" >&2; exit 1; }
`;
const farEnd = `
far=$(ip -o link | awk -F': ' -v number="$1" '$1 == number { sub("@.*", "", $2); print $2 }')
[ "$far" ] || { echo "no interface has the number $1" >&2; exit 1; }
`;

/**
 * Takes down the engine's end of a container's cable, or brings it up. The container itself cannot undo that: its end
 * stays up, and has no carrier, as with a cable that was pulled.
 */
export async function plugLink(
  docker: Docker,
  { lab, remote }: At,
  endpoint: Endpoint,
  plugged: boolean,
): Promise<void> {
  const link = await findLink(docker, lab, endpoint);
  // A container without power has no cables; those it will get are whole.
  if (link === undefined) return plugged ? undefined : refuseLink(endpoint, "it is off");
  const index = await farIndex(remote(endpoint.node), link.address);
  const script = `${farEnd} ip link set dev "$far" ${plugged ? "up" : "down"}`;
  await runBeside(docker, link.container, { reach: "engine-network", script, args: [index] });
}

/** Each end of a cable decides what it sends: both are told. */
export async function shapeLink(
  docker: Docker,
  { lab, remote }: At,
  endpoint: Endpoint,
  shape: Shape | null,
): Promise<void> {
  const link = await findLink(docker, lab, endpoint);
  if (link === undefined) return shape === null ? undefined : refuseLink(endpoint, "it is off");
  const { container, address } = link;
  // Without a qdisc of ours there is none to delete, and all is well. One that is replaced would keep of the old what it is
  // not told otherwise of.
  const drop = (device: string) => `tc qdisc delete dev ${device} root 2>/dev/null || :`;
  const add = (device: string) =>
    shape === null ? "" : `; tc qdisc add dev ${device} root ${queueing(shape).join(" ")}`;
  const set = (device: string) => drop(device) + add(device);
  const index = await farIndex(remote(endpoint.node), address);
  await Promise.all([
    runBeside(docker, container, { reach: "network", script: `${ownEnd} ${set('"$own"')}`, args: [address] }),
    runBeside(docker, container, { reach: "engine-network", script: `${farEnd} ${set('"$far"')}`, args: [index] }),
  ]);
}

interface At {
  readonly lab: string;
  readonly remote: (node: string) => Remote;
}

interface Link {
  readonly container: Docker.ContainerInspectInfo;
  /** The container's own address on that network. */
  readonly address: string;
}

/** The link of a container that has power. */
export async function findLink(docker: Docker, lab: string, endpoint: Endpoint): Promise<Link | undefined> {
  const { node, network } = endpoint;
  const container = await request(`look at ${node} of ${lab}`, undefined, () =>
    docker.getContainer(nameOf({ lab, id: node })).inspect(),
  );
  if (!container.State.Running) return undefined;
  const address = addressOn(container, lab, network)?.IPAddress;
  return address === undefined || address === ""
    ? refuseLink(endpoint, `it is not on that network`)
    : { container, address };
}

/** What the engine knows of a container on a network. */
export function addressOn(
  container: Docker.ContainerInspectInfo,
  lab: string,
  network: string,
): Docker.NetworkInfo | undefined {
  return container.NetworkSettings.Networks[nameOf({ lab, id: `network/${network}` })];
}

/** The number that the far end of its cable has in the engine's namespace: the container sees it in the near end's name. */
async function farIndex(remote: Remote, address: string): Promise<string> {
  const script = `${ownEnd} ip -o link show dev "$own"`;
  const { stdout, stderr, exit } = await remote.exec(["sh", "-euc", script, "sh", address], { timeoutMs: 10_000 });
  const index = /@if(\d+):/.exec(stdout)?.[1];
  if (index !== undefined) return index;
  throw new ToolError({
    ...{ code: "network/no-cable", message: `${remote.node} does not tell where its cable to ${address} ends` },
    ...{ command: "ip -o link show", exit, stderrTail: (stderr + stdout).slice(-2000) },
    hint: "its network was changed from outside, or it hangs",
  });
}

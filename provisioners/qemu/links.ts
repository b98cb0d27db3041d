import { ownOwner } from "../../core/owner.js";
import { ToolError } from "../../core/errors.js";
import type { Remote } from "../../core/remote.js";
import { refuseLink } from "../no-link.js";
import type { Endpoint, Shape } from "../provisioner.js";
import { needsNetem, queueing } from "../traffic.js";
import type { Administer } from "./administer.js";
import type { MachineFolder, MachineRecord } from "./machine-folder.js";
import { powerOf } from "./qemu-process.js";
import { qmp } from "./qmp.js";

/** An address of hardware that nobody has: what is sent there gets lost, and nobody is told. */
const nobody = "02:00:00:00:00:00";

/** Why what is done in a guest cannot be done to a link of Windows. */
export const ofWindows = "it is Windows; its cable can be cut, and a node's link be made bad";

export interface LinkOf {
  readonly folder: MachineFolder;
  readonly record: MachineRecord;
  readonly endpoint: Endpoint;
}

/** Pulls or plugs a virtual cable: the guest's interface loses its carrier. */
export async function plugLink(of: LinkOf, plugged: boolean): Promise<void> {
  const index = await indexOf(of);
  // A machine that is off has no cables; those it will get are whole.
  if (index === undefined) return plugged ? undefined : refuseLink(of.endpoint, "it is off");
  const setLink = { execute: "set_link", arguments: { name: `nic-link${String(index)}`, up: plugged } };
  await qmp(of.folder, of.record.node, setLink);
}

/**
 * Each end of a cable decides what it sends: the tap here, the interface in the guest. What takes netem is all done in the
 * guest, whose kernel has it: what comes in passes an interface of its own (ifb) on its way. What the link was before is
 * over, wherever it was done.
 */
export async function shapeLink(
  of: LinkOf,
  remote: Remote,
  shape: Shape | null,
  administer: Administer,
): Promise<void> {
  const index = await indexOf(of);
  if (index === undefined) return shape === null ? undefined : refuseLink(of.endpoint, "it is off");
  if (of.record.system === "windows") return shape === null ? undefined : refuseLink(of.endpoint, ofWindows);
  const queue = shape === null ? [] : queueing(shape);
  const isAllInGuest = shape !== null && needsNetem(shape);
  await Promise.all([
    shapeTap(of, of.record.links[index]?.tap ?? "", isAllInGuest ? [] : queue, administer),
    inGuest(of, remote, shapeOwn, `eth${String(index)}`, isAllInGuest ? "both" : "out", ...queue),
  ]);
}

/** What the tap sends is what the guest gets. */
async function shapeTap(
  { record }: LinkOf,
  tap: string,
  queue: readonly string[],
  administer: Administer,
): Promise<void> {
  const script = queue.length === 0 ? dropQueue : `${dropQueue}; tap=$1; shift; tc qdisc add dev "$tap" root "$@"`;
  const stamp = { ...record.stamp, owner: ownOwner() };
  await administer({ what: `change the network of ${record.node}`, script, args: [tap, ...queue], stamp });
}

/**
 * Not `replace`, which leaves a netem what it is not told otherwise of: it would go on to reorder. Without a qdisc of ours
 * there is none to delete, and all is well.
 */
const dropQueue = 'tc qdisc delete dev "$1" root 2>/dev/null || :';

const shapeOwn = `own=$1 in=ifb-$1 ways=$2; shift 2
  tc qdisc delete dev "$own" ingress 2>/dev/null || :
  ip link delete "$in" 2>/dev/null || :
  tc qdisc delete dev "$own" root 2>/dev/null || :
  [ $# != 0 ] || exit 0
  tc qdisc add dev "$own" root "$@"
  [ "$ways" = both ] || exit 0
  ip link add "$in" txqueuelen 10000 type ifb
  ip link set "$in" up
  tc qdisc add dev "$in" root "$@"
  tc qdisc add dev "$own" ingress
  tc filter add dev "$own" ingress protocol all prio 1 handle 1 matchall action mirred egress redirect dev "$in"`;

/** Tells the guest a wrong hardware address for each peer, one that it neither forgets nor corrects. */
export async function blockLink(of: LinkOf, remote: Remote, peers: readonly string[], blocked: boolean): Promise<void> {
  const index = await indexOf(of);
  if (index === undefined) return blocked ? refuseLink(of.endpoint, "it is off") : undefined;
  if (of.record.system === "windows") return blocked ? refuseLink(of.endpoint, ofWindows) : undefined;
  const set = blocked
    ? `ip neigh replace "$peer" lladdr ${nobody} dev "$own" nud permanent`
    : `ip neigh del "$peer" dev "$own" 2>/dev/null || :`;
  await inGuest(of, remote, `own=$1; shift; for peer; do ${set}; done`, `eth${String(index)}`, ...peers);
}

async function inGuest(
  { endpoint }: LinkOf,
  remote: Remote,
  script: string,
  ...args: readonly string[]
): Promise<void> {
  const { exit, stderr } = await remote.exec(["sh", "-euc", script, "sh", ...args], { timeoutMs: 30_000 });
  if (exit === 0) return;
  throw new ToolError({
    ...{ code: "network/refused", message: `could not change the network of ${endpoint.node}`, exit },
    ...{ command: `ip and tc for ${args.join(" ")}`, stderrTail: stderr.slice(-2000) },
    hint: "`plugfest logs` shows the machine's console",
  });
}

/** The number of the link among the machine's, or undefined where the machine is off. */
export async function indexOf({ folder, record, endpoint }: LinkOf): Promise<number | undefined> {
  if ((await powerOf(folder, record)) === "off") return undefined;
  const index = record.links.findIndex(({ network }) => network === endpoint.network);
  return index < 0 ? refuseLink(endpoint, "it is not on that network") : index;
}

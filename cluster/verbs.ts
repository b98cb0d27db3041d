import { ToolError } from "../core/errors.js";
import type { AddressState, NodeState } from "../core/event.js";
import type { ExecResult, Remote } from "../core/remote.js";
import type { NodeSpec } from "../topologies/spec.js";
import { type AddressHolder, type NodeStatus, parseAddresses, parseStatus } from "./state.js";

/** The cluster as a node sees it. */
export interface ClusterState {
  readonly nodes: readonly NodeState[];
  readonly addresses: readonly AddressState[];
}

/** The cluster under test by the names of its nodes. Every verb throws a ToolError when CTDB does not do it. */
export interface Cluster {
  /**
   * `ctdb disable` on the node itself: its addresses move to others. Returns when the takeover run is over. On a node
   * that is disabled already it does nothing.
   */
  disable(node: string): Promise<void>;
  /** The opposite. Addresses move back, for CTDB spreads them evenly (unless NoIPFailback is set). */
  enable(node: string): Promise<void>;
  /**
   * `ctdb stop` on the node itself: it leaves the databases and loses its addresses, while its smbds live on.
   * On a node that is stopped already it does nothing.
   */
  stop(node: string): Promise<void>;
  /** The opposite. */
  continue(node: string): Promise<void>;
  /** `ctdb ban` on the node itself: as `stop`, but CTDB ends it by itself after this time, a whole second at least. */
  ban(node: string, forMs: number): Promise<void>;
  /** Ends a ban early; on a node that is not banned it does nothing. */
  unban(node: string): Promise<void>;
  /** `ctdb moveip`: this public address alone goes to this node. The next takeover run may spread the addresses again. */
  moveAddress(address: string, to: string): Promise<void>;
  /** `ctdb ipreallocate`: a takeover run at once. Returns when it is over. */
  reallocate(): Promise<void>;
  /** The node that leads the cluster: it holds the cluster lock. Undefined while nobody does. */
  leader(): Promise<string | undefined>;
  /** What the node that sees most of the cluster says. */
  state(): Promise<ClusterState>;
  /** What this node says. One that was frozen says what it knew before, until it has heard of the others. */
  viewOf(node: string): Promise<ClusterState>;
  /** The node that holds a public address, or has it as its own; undefined while nobody does. */
  holderOf(address: string): Promise<string | undefined>;
}

interface View {
  readonly nodes: readonly NodeStatus[];
  readonly addresses: readonly AddressHolder[];
}

interface Seen {
  /** The node that was asked. */
  readonly name: string;
  readonly view: View;
  /** How many nodes it sees. */
  readonly connected: number;
}

/** How long what CTDB does may take, and an answer: a node that takes longer for that is frozen, or gone. */
interface Limits {
  readonly workMs: number;
  readonly askMs: number;
}

/** An emulated node on a busy host takes seconds for an answer. */
const limitsOf = (nodes: readonly NodeSpec[]): Limits =>
  nodes.some(({ runtime }) => runtime === "qemu")
    ? { workMs: 150_000, askMs: 25_000 }
    : { workMs: 30_000, askMs: 5_000 };

/** `nodes` are all nodes of the lab; `remote` gives the channel to one of them. */
export function clusterOf(nodes: readonly NodeSpec[], remote: (node: string) => Remote): Cluster {
  const limits = limitsOf(nodes);
  const ctdb = (node: string, ...words: readonly string[]) => run(remote(node), limits, words);
  const nameOf = (pnn: number | null) => nodes.find((node) => node.pnn === pnn)?.name;
  let order = nodes.map(({ name }) => name);

  const look = async (): Promise<Seen> => {
    let best: Seen | undefined;
    const failures: ToolError[] = [];
    for (const name of order) {
      const answer = await ask(remote(name), limits).catch((error: unknown) => failures.push(asToolError(error)));
      if (typeof answer === "number") continue;
      const connected = answer.nodes.filter(({ flags }) => !flags.includes("Disconnected")).length;
      if (best === undefined || connected > best.connected) best = { view: answer, connected, name };
      // Nobody sees more than a majority that stands together: the rest is dead or cut off.
      if (connected * 2 > nodes.length) break;
    }
    if (best === undefined) throw failures[0] ?? new Error("a cluster without nodes");
    const { name } = best;
    order = [name, ...order.filter((other) => other !== name)];
    return best;
  };

  const told = ({ nodes: seen, addresses }: View): ClusterState => ({
    nodes: seen.map(({ pnn, flags }) => ({ node: nameOf(pnn) ?? `pnn ${String(pnn)}`, pnn, flags })),
    addresses: addresses.map(({ address, pnn }) => ({ address, node: nameOf(pnn) ?? null })),
  });
  const state: Cluster["state"] = async () => told((await look()).view);

  return {
    disable: (node) => ctdb(node, "disable"),
    enable: (node) => ctdb(node, "enable"),
    stop: (node) => ctdb(node, "stop"),
    continue: (node) => ctdb(node, "continue"),
    // For CTDB 0 seconds are for ever.
    ban: (node, forMs) => ctdb(node, "ban", String(Math.max(1, Math.ceil(forMs / 1000)))),
    unban: (node) => ctdb(node, "unban"),
    moveAddress: async (address, to) => {
      const pnn = nodes.find(({ name }) => name === to)?.pnn;
      await ctdb((await look()).name, "moveip", address, String(pnn));
    },
    reallocate: async () => ctdb((await look()).name, "ipreallocate"),
    state,
    viewOf: async (node) => told(await ask(remote(node), limits)),
    leader: async () => {
      const { name } = await look();
      // It was called recovery master until 4.17.
      const command = "ctdb leader || ctdb recmaster";
      const result = await remote(name).exec(["sh", "-c", command], { timeoutMs: limits.askMs });
      const pnn = /^\d+$/m.exec(result.stdout)?.[0];
      return pnn === undefined ? undefined : nameOf(Number(pnn));
    },
    holderOf: async (address) => {
      const own = nodes.find(({ publicAddress }) => publicAddress === address)?.name;
      if (own !== undefined) return own;
      const { addresses } = await state();
      return addresses.find((one) => one.address === address)?.node ?? undefined;
    },
  };
}

async function run(remote: Remote, { workMs }: Limits, words: readonly string[]): Promise<void> {
  const argv = ["ctdb", ...words];
  const result = await remote.exec(argv, { timeoutMs: workMs });
  if (result.exit !== 0) throw failed(remote.node, argv.join(" "), result);
}

/** Both tables in one command, for each command costs the node's engine some 50 ms. */
async function ask(remote: Remote, { askMs }: Limits): Promise<View> {
  const command = "ctdb -X status && echo && ctdb -X ip all";
  const result = await remote.exec(["sh", "-c", command], { timeoutMs: askMs });
  if (result.exit !== 0) throw failed(remote.node, command, result);
  const [status = "", addresses = ""] = result.stdout.split("\n\n");
  return { nodes: parseStatus(status), addresses: parseAddresses(addresses) };
}

function failed(node: string, command: string, { exit, stderr, stdout }: ExecResult): ToolError {
  return new ToolError({
    code: "cluster/ctdb-failed",
    message: `CTDB on ${node} refused \`${command}\``,
    command,
    exit,
    stderrTail: (stderr + stdout).slice(-2000),
    hint: "the node's log tells what ctdbd was doing; `ctdb status` on another node tells whether this one is still in",
  });
}

function asToolError(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  throw error;
}

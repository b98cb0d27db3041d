import { z } from "zod";
import type { ClusterState } from "../../cluster/verbs.js";
import { failureOf, ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import { interfaceAddresses } from "../interface-addresses.js";
import type { RunContext } from "../scenario.js";
import type { LabCheck, LabSubject } from "./check.js";
import type { Finding } from "./finding.js";
import { fail, pass, unknown } from "./finding.js";
import { askNodes, unanswered, withAnswer, withoutAnswer } from "./per-node.js";
import type { PerNode } from "./per-node.js";

const schema = z.enum(["held", "spread"]).meta({
  description: "Where the public addresses are: each on one healthy node (held), and evenly among them (spread).",
});

type Wanted = z.infer<typeof schema>;

interface Facts {
  /** The addresses that the topology gives the cluster. */
  readonly addresses: readonly string[];
  /** What CTDB says, or why it says nothing. */
  readonly state: ClusterState | { readonly failed: string };
  /** What each node's kernel has on its interfaces. */
  readonly kernels: PerNode<readonly string[]>;
}

export const addresses: LabCheck<Wanted, Facts> = {
  name: "addresses",
  about: "lab",
  schema,
  docs: {
    field: "addresses: held` or `addresses: spread",
    passes:
      "Each public address is on the interface of exactly one node, as that node's kernel says, CTDB says the same, and that node is OK. `spread`: and no healthy node has two more of them than another. Addresses that still move are waited for, 15 s at most.",
  },
  gather,
  judge,
  defects: [
    inKernels("two nodes have one address", ({ addresses: [address = ""] }, has) =>
      has.includes(address) ? undefined : [...has, address],
    ),
    inKernels("no node has an address", ({ addresses: [address = ""] }, has) =>
      has.includes(address) ? has.filter((one) => one !== address) : undefined,
    ),
    {
      name: "a node with an address is not OK",
      turns: "fail",
      plant: (facts) => {
        if ("failed" in facts.state) return undefined;
        const holder = facts.state.addresses.find(({ node }) => node !== null)?.node;
        const nodes = facts.state.nodes.map((one) => (one.node === holder ? { ...one, flags: ["Unhealthy"] } : one));
        return holder === undefined ? undefined : { ...facts, state: { ...facts.state, nodes } };
      },
    },
    {
      name: "CTDB says another node",
      turns: "fail",
      plant: (facts) => {
        if ("failed" in facts.state || facts.state.nodes.length < 2) return undefined;
        const { nodes } = facts.state;
        const [first, ...others] = facts.state.addresses;
        const other = nodes.find(({ node }) => node !== first?.node)?.node ?? null;
        return first && { ...facts, state: { nodes, addresses: [{ ...first, node: other }, ...others] } };
      },
    },
    {
      name: "a node does not answer",
      turns: "unknown",
      plant: (facts) => {
        const kernels = withoutAnswer(facts.kernels);
        return kernels && { ...facts, kernels };
      },
    },
  ],
};

function judge(wanted: Wanted, facts: Facts): Finding {
  if ("failed" in facts.state) return unknown(`CTDB was not asked: ${facts.state.failed}`);
  const holders = new Map(facts.addresses.map((address) => [address, holdersOf(address, facts.kernels)]));
  const wrong = [...holders].flatMap(([address, nodes]) => wrongWith(address, nodes, facts));
  const silent = unanswered(facts.kernels);
  // A node that did not answer may have what nobody else has.
  const certain = silent === undefined ? wrong : wrong.filter(({ certainly }) => certainly);
  if (certain.length > 0) return fail(certain.map(({ what }) => what).join("; "));
  if (silent !== undefined) return unknown(silent);
  return wanted === "spread" ? judgeSpread(holders, facts.state) : pass(told(holders));
}

/** A node that comes back is given addresses a little after it is OK; they are waited for. */
const SETTLE_MS = 15_000;

async function gather({ context }: LabSubject, wanted: Wanted): Promise<Facts> {
  let facts = await ask(context);
  const settle = async () => {
    if (judge(wanted, facts).outcome === "pass") return true;
    facts = await ask(context);
    return undefined;
  };
  await poll(settle, { clock: context.clock, everyMs: 500, withinMs: SETTLE_MS, signal: context.signal });
  return facts;
}

async function ask(context: RunContext): Promise<Facts> {
  const state = await context.cluster.state().catch((error: unknown) => {
    if (!(error instanceof ToolError)) throw error;
    return { failed: failureOf(error).message };
  });
  const kernels = await askNodes(context, async (node) =>
    (await interfaceAddresses(context.remote(node), context.signal)).flatMap(({ addresses: has }) => has),
  );
  return { addresses: context.spec.cluster.publicAddresses, state, kernels };
}

function holdersOf(address: string, kernels: Facts["kernels"]): string[] {
  return [...kernels].flatMap(([node, found]) => ("answer" in found && found.answer.includes(address) ? [node] : []));
}

/** What is wrong with an address, and whether it is so whatever a silent node would say. */
function wrongWith(
  address: string,
  nodes: readonly string[],
  { state }: Facts,
): { readonly what: string; readonly certainly: boolean }[] {
  if ("failed" in state) return [];
  const [node, ...more] = nodes;
  if (node === undefined) return [{ what: `no node has ${address}`, certainly: false }];
  if (more.length > 0) return [{ what: `${nodes.join(" and ")} both have ${address}`, certainly: true }];
  const flags = state.nodes.find((one) => one.node === node)?.flags ?? ["unknown to CTDB"];
  if (flags.length > 0) return [{ what: `${node}, which has ${address}, is ${flags.join(", ")}`, certainly: true }];
  const said = state.addresses.find((one) => one.address === address)?.node ?? "nobody";
  return said === node ? [] : [{ what: `${node} has ${address}, and CTDB says ${said} has`, certainly: true }];
}

function judgeSpread(holders: ReadonlyMap<string, readonly string[]>, state: ClusterState): Finding {
  const healthy = state.nodes.filter(({ flags }) => flags.length === 0).map(({ node }) => node);
  const count = (node: string) => [...holders.values()].filter((nodes) => nodes.includes(node)).length;
  const counts = healthy.map(count);
  const uneven = Math.max(...counts) - Math.min(...counts) > 1;
  if (uneven) return fail(`not even: ${healthy.map((node) => `${node} has ${String(count(node))}`).join(", ")}`);
  return pass(told(holders));
}

function told(holders: ReadonlyMap<string, readonly string[]>): string {
  return [...holders].map(([address, nodes]) => `${address} on ${nodes.join()}`).join(", ");
}

function inKernels(name: string, change: (facts: Facts, has: readonly string[]) => readonly string[] | undefined) {
  const plant = (facts: Facts): Facts | undefined => {
    const kernels = withAnswer(facts.kernels, (has) => change(facts, has));
    return kernels && { ...facts, kernels };
  };
  return { name, turns: "fail", plant } as const;
}

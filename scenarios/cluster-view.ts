import { parseAddresses, parseStatus } from "../cluster/state.js";
import { ToolError } from "../core/errors.js";
import type { Remote } from "../core/remote.js";
import type { LabSpec } from "../topologies/spec.js";
import type { ClusterView } from "./context.js";

/** A verb of ctdb returns when its takeover run is done; one that takes longer than this hangs. */
const VERB_MS = 60_000;
const QUESTION_MS = 5_000;

/** The cluster of a lab by the names of its nodes. Questions go to the first node that answers. */
export function clusterView(spec: LabSpec, remote: (node: string) => Remote): ClusterView {
  const nameOf = (pnn: number) => spec.nodes.find((node) => node.pnn === pnn)?.name ?? `pnn ${String(pnn)}`;
  const ask = async (argv: readonly string[]) => {
    let last: unknown;
    for (const { name } of spec.nodes) {
      try {
        return await ctdb(remote(name), argv, QUESTION_MS);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  };
  const addresses = async () =>
    parseAddresses(await ask(["-X", "ip", "all"])).map(({ address, pnn }) => ({
      address,
      node: pnn === null ? null : nameOf(pnn),
    }));
  return {
    disable: async (node) => void (await ctdb(remote(node), ["disable"], VERB_MS)),
    enable: async (node) => void (await ctdb(remote(node), ["enable"], VERB_MS)),
    state: async () => {
      const [status, held] = await Promise.all([ask(["-X", "status"]), addresses()]);
      const nodes = parseStatus(status).map(({ pnn, flags }) => ({ node: nameOf(pnn), pnn, flags }));
      return { nodes, addresses: held };
    },
    holderOf: async (address) => (await addresses()).find((one) => one.address === address)?.node ?? undefined,
  };
}

async function ctdb(node: Remote, argv: readonly string[], timeoutMs: number): Promise<string> {
  const { exit, stdout, stderr } = await node.exec(["ctdb", ...argv], { timeoutMs });
  if (exit === 0) return stdout;
  throw new ToolError({
    code: "cluster/ctdb-failed",
    message: `ctdb on ${node.node} refused: ctdb ${argv.join(" ")}`,
    command: `ctdb ${argv.join(" ")}`,
    exit,
    stderrTail: stderr.trim().split("\n").slice(-5).join("\n"),
    hint: `look at \`plugfest logs <lab> ${node.node}\``,
  });
}

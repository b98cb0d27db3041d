import { type AddressHolder, type NodeStatus, parseAddresses, parseStatus } from "../cluster/state.js";
import type { Remote } from "../core/remote.js";
import type { Runtime } from "../topologies/spec.js";

/** What one node says about its cluster, at one moment. Empty while its ctdbd does not answer. */
export interface ClusterState {
  readonly nodes: readonly NodeStatus[];
  readonly addresses: readonly AddressHolder[];
}

/**
 * One command that asks again and again costs less than one command per question, which the engine needs up to 100 ms
 * for. bash's `read -t` is both the pause and the leash: it tells the end of standard input from the end of its time.
 * An emulated machine is busy with each question for most of a second, and with its start besides.
 */
const script = (pauseS: number) => `exec 3<&0 </dev/null 2>/dev/null
while :; do
  echo status; ctdb -X status
  echo addresses; ctdb -X ip all
  echo end
  read -r -t ${String(pauseS)} -u 3
  [ $? -gt 128 ] || exit 0
done`;

/** Follows the cluster's state as `remote`'s node sees it, until `signal` aborts. Resolves when it has begun. */
export async function followCluster(
  remote: Remote,
  runtime: Runtime,
  signal: AbortSignal,
  onState: (state: ClusterState) => void,
): Promise<void> {
  let text = "";
  await remote.start(["bash", "-c", script(runtime === "qemu" ? 2 : 0.1)], {
    signal,
    onStdout: (chunk) => {
      const rounds = (text + chunk.toString()).split(/^end\n/m);
      text = rounds.pop() ?? "";
      for (const round of rounds) onState(parseRound(round));
    },
  });
}

export function parseRound(round: string): ClusterState {
  const [status = "", addresses = ""] = round.replace(/^status\n/, "").split(/^addresses\n/m);
  return {
    nodes: status === "" ? [] : parseStatus(status),
    addresses: addresses === "" ? [] : parseAddresses(addresses),
  };
}

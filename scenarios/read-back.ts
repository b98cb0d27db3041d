import { forEachLimit } from "../core/limit.js";
import { failureOf } from "../core/errors.js";
import { verifyStore } from "../clients/store.js";
import type { Transfer } from "../clients/client.js";
import type { RunContext } from "./scenario.js";
import type { CopyRun } from "./copy-run.js";
import { finishedOrStopped } from "./finished-or-stopped.js";

/** Two at a time: one place is read while another is hashed, and more would only wait for the same disk and cores. */
const AT_ONCE = 2;

/**
 * Reads a copied file back from every node over SMB, by the node's own address so that no failover can hide it, and
 * from the cluster's store without SMB. Returns the places; what was found is in `copy.readBacks`.
 */
export async function readBack(copy: CopyRun, context: RunContext): Promise<string[]> {
  const { spec } = context;
  const client = context.clients.get(copy.client);
  if (client === undefined) throw new Error(`client ${copy.client} is not in the lab`);
  const observe = context.emit;
  const job = { share: copy.share, path: copy.finalPath, payload: copy.payload };
  const started = (place: string, verb: "get" | "store") => {
    const id = `${copy.id}@${place}`;
    observe({ type: "copy.started", copy: id, client: client.name, verb, from: place, size: copy.payload.sizeBytes });
    return id;
  };
  const fromNode = (name: string, address: string) =>
    client.get({ ...job, copy: started(name, "get"), from: name, address }, observe);
  const store = spec.nodes[0];
  const share = spec.cluster.shares.find(({ name }) => name === copy.share);
  if (store === undefined || share === undefined) throw new Error("a resolved topology has a node and the share");
  const reads: { place: string; read: () => Transfer }[] = [
    ...spec.nodes.map((node) => ({ place: node.name, read: () => fromNode(node.name, node.publicAddress) })),
    {
      place: "store",
      read: () => {
        const file = `${share.path}/${copy.finalPath}`;
        return verifyStore(context.remote(store.name), { ...job, copy: started("store", "store"), file }, observe);
      },
    },
  ];
  await forEachLimit(reads, AT_ONCE, async ({ place, read }) => {
    copy.readBacks.set(place, await settle(read, context.signal));
  });
  return reads.map(({ place }) => place);
}

/** A place that cannot be read is a finding, not the end of the run: the others may still show a difference. */
async function settle(read: () => Transfer, signal: AbortSignal) {
  try {
    const outcome = await finishedOrStopped(read(), signal);
    return outcome.ok ? outcome.result : { failed: `${outcome.stage}: ${outcome.message}` };
  } catch (error) {
    // What was stopped was not found unreadable.
    signal.throwIfAborted();
    return { failed: failureOf(error).message };
  }
}

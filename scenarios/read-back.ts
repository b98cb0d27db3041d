import { failureOf } from "../core/errors.js";
import type { TransferResult } from "../core/event.js";
import type { Emit } from "../core/event-log.js";
import { forEachLimit } from "../core/limit.js";
import type { Remote } from "../core/remote.js";
import { BLOCK_BYTES, plantInStore, verifyStore } from "../clients/store.js";
import type { StoreDefect } from "../clients/store.js";
import type { Transfer } from "../clients/client.js";
import type { RunContext } from "./scenario.js";
import { shareHome } from "./share-home.js";
import type { CopyRun } from "./copy-run.js";
import { finishedOrStopped } from "./finished-or-stopped.js";

/** Two at a time: one place is read while another is hashed, and more would only wait for the same disk and cores. */
const AT_ONCE = 2;

const STORE = "store";

/**
 * Reads a copied file back from every machine that has its share over SMB, by the machine's own address so that no
 * failover can hide it, and from the store without SMB. Returns the places; what was found is in `copy.readBacks`.
 */
export async function readBack(copy: CopyRun, context: RunContext): Promise<string[]> {
  const { machines } = shareHome(context.spec, copy.share);
  const places = [...machines.map(({ name }) => name), STORE];
  await forEachLimit(places, AT_ONCE, async (place) => {
    copy.readBacks.set(place, await readPlace(copy, context, place, context.emit));
  });
  return places;
}

/** Reads a copied file back from one place: from a machine by its name, or from the store. */
export function readPlace(copy: CopyRun, context: RunContext, place: string, observe: Emit): Promise<Found> {
  const client = context.clients.get(copy.client);
  if (client === undefined) throw new Error(`client ${copy.client} is not in the lab`);
  const id = `${copy.id}@${place}`;
  const job = { share: copy.share, path: copy.finalPath, payload: copy.payload, copy: id };
  const server = shareHome(context.spec, copy.share).machines.find(({ name }) => name === place);
  const verb = server === undefined ? "store" : "get";
  observe({ type: "copy.started", copy: id, client: client.name, verb, from: place, size: copy.payload.sizeBytes });
  if (server !== undefined)
    return settle(() => client.get({ ...job, from: place, address: server.address }, observe), context.signal);
  const { machine, file } = inStore(copy, context);
  return settle(() => verifyStore(machine, { ...job, file }, observe), context.signal);
}

/** Reads what a copy had acknowledged where the cluster keeps it; the file may be longer, or not be there. */
export function readAcknowledged(copy: CopyRun, context: RunContext, acked: number, observe: Emit): Promise<Found> {
  const id = `${copy.id}@acknowledged`;
  const { machine, file } = inStore(copy, context);
  observe({ type: "copy.started", copy: id, client: machine.node, verb: "store", from: STORE, size: acked });
  const job = { copy: id, payload: { ...copy.payload, sizeBytes: acked }, file, beginning: true };
  return settle(() => verifyStore(machine, job, observe), context.signal);
}

/** Where a copy's file lies: on which machine the store can be read, and the path there. */
function inStore(copy: CopyRun, { spec, remote }: RunContext): { machine: Remote; file: string } {
  const { machines, path } = shareHome(spec, copy.share);
  const [first] = machines;
  if (first === undefined) throw new Error("a share of a resolved topology is on a machine");
  return { machine: remote(first.name), file: `${path}/${copy.finalPath}` };
}

/**
 * Reads while a copy's file is spoilt where the cluster keeps it: in the middle of its first `size` bytes, or where the
 * last two of their blocks begin. Of many files it is the first.
 */
export async function readSpoilt(
  copy: CopyRun,
  context: RunContext,
  { defect, size }: { readonly defect: StoreDefect; readonly size: number },
  read: () => Promise<Found>,
): Promise<Found> {
  const { machine, file: path } = inStore(copy, context);
  const { files } = copy.payload;
  const [file, length] = files === undefined ? [path, size] : [`${path}/000000.bin`, size / files];
  const at = Math.max(0, Math.min(Math.floor(length / 2), length - 2 * BLOCK_BYTES));
  const mend = await plantInStore(machine, { payload: copy.payload, file, defect, at });
  try {
    return await read();
  } finally {
    await mend();
  }
}

export type Found = TransferResult | { readonly failed: string };

/** A place that cannot be read is a finding, not the end of the run: the others may still show a difference. */
async function settle(read: () => Transfer, signal: AbortSignal): Promise<Found> {
  try {
    const outcome = await finishedOrStopped(read(), signal);
    return outcome.ok ? outcome.result : { failed: `${outcome.stage}: ${outcome.message}` };
  } catch (error) {
    // What was stopped was not found unreadable.
    signal.throwIfAborted();
    return { failed: failureOf(error).message };
  }
}

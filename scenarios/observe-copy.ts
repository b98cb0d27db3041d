import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCtdbLog } from "../cluster/log.js";
import type { CtdbFact } from "../cluster/log.js";
import { failureOf } from "../core/errors.js";
import { countTraffic } from "../lab/rdma/carried.js";
import { rdmaDevices } from "../lab/rdma/devices.js";
import type { AddressState } from "../core/event.js";
import { isWithin } from "./faults.js";
import type { CausedFault } from "./faults.js";
import type { RunContext, Step } from "./scenario.js";
import type { CopyRun } from "./copy-run.js";
import { appendLog } from "./append-log.js";
import { startCapture } from "./evidence/capture.js";
import type { CaptureResult } from "./evidence/capture.js";
import { conclude } from "./evidence/conclude.js";
import type { Conclusion } from "./evidence/conclude.js";
import type { FaultFact, Observed } from "./evidence/observed.js";
import { readWire } from "./evidence/read-wire.js";
import { readSessionKeys } from "./evidence/session-keys.js";
import type { SessionKeys } from "./evidence/session-keys.js";
import { nodeMacs } from "./node-macs.js";
import { shareHome } from "./share-home.js";
import { watchCluster } from "./watch-cluster.js";
import { watchVitals } from "./watch-vitals.js";

export interface Observation extends AsyncDisposable {
  /**
   * Ends the observation and draws the conclusions: evidence and phases, as events; what they rest on is left on the copy. To be
   * called before faults are healed, for then the addresses may move back.
   */
  conclude(faultsExpected: number): Promise<void>;
}

/** Begins to watch a copy from all sides: the wire at its client, the cluster's addresses, the nodes' logs. */
export async function observeCopy(context: RunContext, copy: CopyRun, step: Step): Promise<Observation> {
  const sinceMs = context.clock.now();
  const client = context.spec.clients.find(({ name }) => name === copy.client);
  if (client === undefined) throw new Error(`client ${copy.client} is not in the lab`);
  const folder = join(context.folder, "captures", copy.id);
  mkdirSync(folder, { recursive: true });
  // Begun before the copy begins: what they cost at their start is not to be the copy's.
  const cluster = watchCluster(context);
  const vitals = watchVitals(context);
  const closeWatches = () => Promise.all([cluster.close(), vitals.close()]);
  const [macs, before, capture, readCounters] = await Promise.all([
    nodeMacs(context),
    holders(context),
    startCapture({
      ...{ client: client.name, address: client.address, folder, clock: context.clock },
      ...context.captureAt(client),
    }),
    countCarried(context, copy),
    cluster.begun,
  ]).catch(async (error: unknown) => {
    await closeWatches();
    throw error;
  });
  context.emit({ type: "capture.started", client: copy.client, file: capture.file });
  const firstFault = context.faults.injected.length;
  return {
    conclude: async (faultsExpected) => {
      await readCounters?.();
      const after = await holders(context);
      await closeWatches();
      const captured = await capture.stop();
      tellCapture(captured, context);
      const keys = await keepKeys(context, copy, folder);
      const wire = await readWire({ files: captured.files, nodeOfMac: macs, keys, incomplete: captured.incomplete });
      const ctdb = await collectLogs(context, sinceMs);
      const observed: Observed = {
        events: copy.events,
        faultsExpected,
        faults: context.faults.injected.slice(firstFault).map(asSeenBy(step)),
        holdersBefore: before,
        holdersAfter: after,
        ctdb,
        capture: wire,
      };
      copy.observed = observed;
      tellConclusion(copy.id, conclude(observed), context);
    },
    [Symbol.asyncDispose]: async () => {
      await closeWatches();
      await capture.stop();
    },
  };
}

/** Counts what goes by RDMA and what by TCP, where both ends have RDMA; gives what tells of it. */
async function countCarried(context: RunContext, copy: CopyRun): Promise<(() => Promise<void>) | undefined> {
  const { spec, remote, signal, emit } = context;
  const { kind, machines } = shareHome(spec, copy.share);
  // Samba has no SMB Direct, whatever devices its nodes have.
  if (kind === "samba") return undefined;
  const ends = [copy.client, machines[0]?.name].flatMap((name) =>
    rdmaDevices(spec).filter(({ node }) => node === name),
  );
  if (ends.length < 2) return undefined;
  const read = await countTraffic({ ends, connect: remote, signal });
  return async () => {
    copy.carried = { copy: copy.id, ends: await read() };
    emit({ type: "rdma.carried", ...copy.carried });
  };
}

/** What steps beside a copy's own block did, in another branch of `parallel`, was not aimed at it. */
const asSeenBy =
  ({ id }: Step) =>
  (fault: CausedFault): FaultFact =>
    isWithin(id, fault.step) ? fault : { ...fault, aimed: false };

/** Who holds which address, or null when CTDB could not be asked: that is a doubt, not an end. */
async function holders(context: RunContext): Promise<readonly AddressState[] | null> {
  // A server that stands alone keeps its address.
  const own = context.spec.servers.map(({ name, address }) => ({ address, node: name }));
  if (context.spec.nodes.length === 0) return own;
  try {
    return [...own, ...(await context.cluster.state()).addresses];
  } catch (error) {
    context.emit({
      type: "note",
      level: "warning",
      text: `the cluster was not asked for its addresses: ${failureOf(error).message}`,
    });
    return null;
  }
}

function tellCapture({ client, files, bytes, dropped, failure }: CaptureResult, context: RunContext): void {
  const file = files.at(-1) ?? "";
  context.emit({
    type: "capture.stopped",
    client,
    file,
    bytes,
    dropped,
    ...(failure === undefined ? {} : { failure }),
  });
}

/**
 * The keys of encrypted sessions, kept beside the capture for its readers; they are secrets of a lab, and go nowhere
 * else. Without them the capture cannot be read, and what needs it is unknown.
 */
async function keepKeys(context: RunContext, copy: CopyRun, folder: string): Promise<ReadonlyMap<bigint, SessionKeys>> {
  try {
    const text = await context.clients.get(copy.client)?.sessionKeys(copy.id);
    if (text === undefined) return new Map();
    writeFileSync(join(folder, "session-keys.jsonl"), text, { mode: 0o600 });
    return readSessionKeys(text);
  } catch (error) {
    context.emit({ type: "note", level: "warning", text: `no keys of ${copy.id}: ${failureOf(error).message}` });
    return new Map();
  }
}

/** What the nodes logged meanwhile: kept in the run folder, and read. A node whose log cannot be had gives no facts. */
async function collectLogs(context: RunContext, sinceMs: number): Promise<CtdbFact[]> {
  const perNode = await Promise.all(
    context.spec.nodes.map(async ({ name }) => {
      try {
        const log = await context.nodeLogs(name, sinceMs);
        keepLog(context, name, log);
        return readCtdbLog(log.toString("utf8"), name);
      } catch (error) {
        context.emit({ type: "note", level: "warning", text: `no log of ${name}: ${failureOf(error).message}` });
        return [];
      }
    }),
  );
  return perNode.flat().toSorted((a, b) => a.atMs - b.atMs);
}

/** A log that was read is evidence, whether or not the disk has room for it. */
function keepLog({ folder, emit }: RunContext, node: string, log: Buffer): void {
  try {
    appendLog(join(folder, "nodes"), node, log);
  } catch (error) {
    emit({ type: "note", level: "warning", text: `the log of ${node} is not kept: ${failureOf(error).message}` });
  }
}

function tellConclusion(copy: string, { evidence, stalls }: Conclusion, { emit }: RunContext): void {
  emit({ type: "evidence", copy, evidence });
  for (const report of stalls) {
    if (report.phases === null)
      emit({ type: "note", level: "warning", text: `no phases of ${copy}: ${report.reason}` });
    else emit({ type: "phases", copy, phases: [...report.phases], stallMs: report.stallMs });
  }
}

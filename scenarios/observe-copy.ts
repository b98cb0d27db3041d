import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readCtdbLog } from "../cluster/log.js";
import type { CtdbFact } from "../cluster/log.js";
import { failureOf } from "../core/errors.js";
import type { AddressState } from "../core/event.js";
import type { RunContext } from "./scenario.js";
import type { CopyRun } from "./copy-run.js";
import { appendLog } from "./append-log.js";
import { startCapture } from "./evidence/capture.js";
import type { CaptureResult } from "./evidence/capture.js";
import { doubtsOf } from "./evidence/doubts.js";
import type { CaptureEvidence } from "./evidence/facts.js";
import { gradeCopy } from "./evidence/grade.js";
import { phasesOf } from "./evidence/phases.js";
import { readWire } from "./evidence/read-wire.js";
import { recoveriesOf } from "./evidence/recoveries.js";
import { nodeMacs } from "./node-macs.js";
import { watchCluster } from "./watch-cluster.js";

export interface Observation extends AsyncDisposable {
  /**
   * Ends the observation and draws the conclusions: evidence, doubts and phases, as events and on the copy. To be
   * called before faults are healed, for then the addresses may move back.
   */
  conclude(faultsExpected: number): Promise<void>;
}

/** Begins to watch a copy from all sides: the wire at its client, the cluster's addresses, the nodes' logs. */
export async function observeCopy(context: RunContext, copy: CopyRun): Promise<Observation> {
  const sinceMs = context.clock.now();
  const client = context.spec.clients.find(({ name }) => name === copy.client);
  if (client === undefined) throw new Error(`client ${copy.client} is not in the lab`);
  const folder = join(context.folder, "captures", copy.id);
  mkdirSync(folder, { recursive: true });
  const [macs, before, capture] = await Promise.all([
    nodeMacs(context),
    holders(context),
    startCapture({ machine: context.remote(copy.client), address: client.address, folder, clock: context.clock }),
  ]);
  context.emit({ type: "capture.started", client: copy.client, file: capture.file });
  const firstFault = context.faults.injected.length;
  const watch = watchCluster(context);
  return {
    conclude: async (faultsExpected) => {
      const after = await holders(context);
      await watch.close();
      const captured = await capture.stop();
      tellCapture(captured, context);
      const wire = await readWire({ files: captured.files, nodeOfMac: macs, incomplete: captured.incomplete });
      const ctdb = await collectLogs(context, sinceMs);
      const faults = context.faults.injected.slice(firstFault);
      copy.evidence = gradeCopy({ events: copy.events, ctdb, capture: wire, holders: before ?? [] });
      copy.doubts = doubtsOf({
        events: copy.events,
        faultsExpected,
        faults,
        holdersBefore: before,
        holdersAfter: after,
        capture: wire,
        evidence: copy.evidence,
      });
      context.emit({ type: "evidence", copy: copy.id, evidence: copy.evidence });
      tellPhases(copy, wire, ctdb, context, faults);
    },
    [Symbol.asyncDispose]: async () => {
      await watch.close();
      await capture.stop();
    },
  };
}

/** Who holds which address, or null when CTDB could not be asked: that is a doubt, not an end. */
async function holders(context: RunContext): Promise<readonly AddressState[] | null> {
  try {
    return (await context.cluster.state()).addresses;
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

function tellPhases(
  copy: CopyRun,
  capture: CaptureEvidence,
  ctdb: readonly CtdbFact[],
  context: RunContext,
  faults: readonly { readonly fault: string; readonly startedMs: number }[],
): void {
  for (const recovery of recoveriesOf(copy.events)) {
    const endMs = recovery.resumed?.clientMs ?? Infinity;
    const cause = faults.findLast(({ startedMs }) => startedMs <= endMs);
    if (cause === undefined) continue;
    const fault = { name: cause.fault, startedMs: cause.startedMs };
    const report = phasesOf({ recovery, events: copy.events, fault, ctdb, capture });
    if (report.phases === null)
      context.emit({ type: "note", level: "warning", text: `no phases of ${copy.id}: ${report.reason}` });
    else context.emit({ type: "phases", copy: copy.id, phases: [...report.phases], stallMs: report.stallMs });
  }
}

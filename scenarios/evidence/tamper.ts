import type { CopyEvent, PhaseName } from "../../core/event.js";
import { conclude } from "./conclude.js";
import type { WireFact } from "./facts.js";
import { isKernelClient } from "./kernel-client.js";
import type { Observed } from "./observed.js";
import { TOLERANCE_MS } from "./phase-sum.js";

/**
 * Changes to what was seen of a copy, to plant a defect below everything that is concluded from it. Each gives undefined
 * where there is nothing to change.
 */

const NOTHING = { durable: false, persistent: false, timeoutMs: 0, lease: "", oplock: "none" };

/** Events with some changed or, where `change` gives nothing, dropped. */
export function withEvents(
  observed: Observed,
  change: (event: CopyEvent) => CopyEvent | undefined,
): Observed | undefined {
  const events = observed.events.flatMap((event) => change(event) ?? []);
  const same = events.length === observed.events.length && events.every((event, at) => event === observed.events[at]);
  return same ? undefined : { ...observed, events };
}

/** The capture with some facts changed or dropped. */
export function withWire(observed: Observed, change: (fact: WireFact) => WireFact | undefined): Observed | undefined {
  const { capture } = observed;
  if (capture.kind === "absent") return undefined;
  const before = capture.wire.facts;
  const facts = before.flatMap((fact) => change(fact) ?? []);
  const same = facts.length === before.length && facts.every((fact, at) => fact === before[at]);
  return same ? undefined : { ...observed, capture: { ...capture, wire: { ...capture.wire, facts } } };
}

const TOLD_OF_A_LOSS: readonly string[] = [
  ...["copy.lost", "copy.attempt", "copy.session", "copy.reclaim", "copy.reopened", "copy.replayed", "copy.resumed"],
];

/** The client says nothing of any loss. */
export function withoutLosses(observed: Observed): Observed | undefined {
  return withEvents(observed, (event) => (TOLD_OF_A_LOSS.includes(event.type) ? undefined : event));
}

/** Every handle that was reclaimed was silently opened anew: in what the client says, and on the wire. */
export function reopenedSilently(observed: Observed): Observed | undefined {
  const opened = observed.events.find((event) => event.type === "copy.opened");
  if (opened === undefined) return undefined;
  const { granted = NOTHING } = opened;
  // A kernel's client says nothing of a reclaim, nor would it of this.
  const untold = isKernelClient(observed.events) ? observed : undefined;
  const told =
    withEvents(observed, (event) => {
      if (event.type !== "copy.reclaim" || !event.ok) return event;
      const { copy, clientMs, address } = event;
      return { type: "copy.reopened", copy, clientMs, address, reason: "NT_STATUS_OBJECT_NAME_NOT_FOUND", granted };
    }) ?? untold;
  return (
    told &&
    withWire(told, (fact) => {
      if (fact.what !== "reclaimed" || fact.status !== 0) return fact;
      const { atMs, address, mac, node, port, path } = fact;
      return {
        what: "opened",
        atMs,
        address,
        mac,
        node,
        port,
        path,
        status: 0,
        again: true,
        granted: null,
        handle: null,
      };
    })
  );
}

/** Each new handle was a reclaim of the old one instead: on the wire, and in what a client says that tells. */
export function keptAfterAll(observed: Observed): Observed | undefined {
  const told = withEvents(observed, (event) => {
    if (event.type !== "copy.reopened") return event;
    const { copy, clientMs, address, granted } = event;
    return { type: "copy.reclaim", copy, clientMs, address, ok: true, how: "DH2C", status: "0", attempts: 1, granted };
  });
  return withWire(told ?? observed, (fact) => {
    if (fact.what !== "opened" || !fact.again) return fact;
    const { atMs, address, mac, node, port, path, status, handle: got } = fact;
    const back = { how: "DH2C", persistent: false, requestMs: atMs, fileId: got?.fileId ?? "" } as const;
    return { what: "reclaimed", atMs, address, mac, node, port, path, status, ...back, handle: got };
  });
}

/** The application saw an error where the copy had finished. */
export function failedCopy(observed: Observed): Observed | undefined {
  return withEvents(observed, (event) => {
    if (event.type !== "copy.finished") return event;
    const { copy, clientMs, verb } = event;
    const message = "the handle is gone";
    return { type: "copy.failed", copy, clientMs, verb, stage: "write", status: "NT_STATUS_FILE_CLOSED", message };
  });
}

/** The copy finished where the application had seen an error, and nothing was lost under way. */
export function finishedCopy(observed: Observed): Observed | undefined {
  const { faults } = observed;
  return withEvents(withoutLosses(observed) ?? observed, (event) => {
    if (event.type !== "copy.failed") return event;
    const { copy, verb } = event;
    // A fault that is over only after it made the copy fail would else be one that the copy did not live to see.
    const clientMs = Math.max(event.clientMs, ...faults.map(({ doneMs }) => doneMs + 1));
    const result = { bytes: 0, seconds: 0, md5: null, sha256: null, mismatch: null, gaps: [] };
    return { type: "copy.finished", copy, clientMs, verb, result };
  });
}

/** After each loss the client came back to the node that it had lost. */
export function neverMoved(observed: Observed): Observed | undefined {
  const { servedBefore } = conclude(observed).evidence;
  const lost = observed.events.find((event) => event.type === "copy.lost");
  if (servedBefore === null || lost === undefined) return undefined;
  const back = (fact: WireFact) => fact.what === "session" && fact.atMs >= lost.clientMs && fact.node !== servedBefore;
  return withWire(observed, (fact) => (back(fact) ? { ...fact, node: servedBefore } : fact));
}

/** One failover more than there was, just before the copy ended. */
export function failedOverAgain(observed: Observed): Observed | undefined {
  const { events, capture, holdersBefore } = observed;
  const end = events.find((event) => event.type === "copy.finished");
  const link = events.findLast((event) => event.type === "copy.connected" || event.type === "copy.session");
  if (capture.kind === "absent" || end === undefined || link === undefined || !("address" in link)) return undefined;
  const { servedBefore, servedAfter } = conclude(observed).evidence;
  const server = servedAfter ?? servedBefore ?? holdersBefore?.find((one) => one.address === link.address)?.node;
  const { copy, clientMs } = end;
  const { address, port } = link;
  const acked = end.result.bytes;
  const again: CopyEvent[] = [
    { type: "copy.lost", copy, clientMs: clientMs - 3, address, reason: "planted", unacked: 0, acked },
    { type: "copy.session", copy, clientMs: clientMs - 2, address, port },
    { type: "copy.resumed", copy, clientMs: clientMs - 1, address, acked, gapMs: 2 },
  ];
  const node = server === "planted-a" ? "planted-b" : "planted-a";
  const session: WireFact = { what: "session", atMs: clientMs - 2, address, mac: "", node, port: 1 };
  const facts = [...capture.wire.facts, session].toSorted((one, other) => one.atMs - other.atMs);
  return {
    ...observed,
    events: [...events.filter((event) => event !== end), ...again, end],
    capture: { ...capture, wire: { ...capture.wire, facts } },
  };
}

/**
 * Everything that ended this phase of the first stall, and all that came after it, came so much later: at the client, on
 * the wire and in ctdb's log. An address that was given up before the stall began is given up that much after its begin.
 * Undefined when the phase was not observed, or had no length.
 */
export function delayed(observed: Observed, phase: PhaseName, byMs: number): Observed | undefined {
  const first = conclude(observed).stalls.find(({ phases }) => phases !== null);
  const found = first?.phases?.find(
    ({ name, fromMs, toMs }) => name === phase && (toMs > fromMs || name === "release"),
  );
  if (found === undefined) return undefined;
  const { fromMs, toMs } = found;
  const later = (atMs: number) => (atMs > fromMs ? atMs + byMs : atMs);
  const early = observed.ctdb.filter(({ what, atMs }) => toMs === fromMs && what === "released" && atMs <= fromMs);
  const { capture } = observed;
  return {
    ...observed,
    events: observed.events.map((event) => laterEvent(event, later, fromMs, byMs)),
    ctdb: observed.ctdb
      .map((fact) => ({ ...fact, atMs: early.includes(fact) ? fromMs + byMs : later(fact.atMs) }))
      .toSorted((one, other) => one.atMs - other.atMs),
    capture:
      capture.kind === "absent"
        ? capture
        : {
            ...capture,
            wire: { ...capture.wire, facts: capture.wire.facts.map((fact) => ({ ...fact, atMs: later(fact.atMs) })) },
          },
  };
}

function laterEvent(event: CopyEvent, later: (atMs: number) => number, sinceMs: number, byMs: number): CopyEvent {
  if (!("clientMs" in event)) return event;
  const clientMs = later(event.clientMs);
  if (event.type === "copy.resumed") {
    // It is told a little after the acknowledgement that it is about.
    const spans = event.clientMs > sinceMs && event.clientMs - event.gapMs <= sinceMs + TOLERANCE_MS;
    return { ...event, clientMs, gapMs: spans ? event.gapMs + byMs : event.gapMs };
  }
  if (event.type !== "copy.finished") return { ...event, clientMs };
  const gaps = event.result.gaps.map((gap) => {
    const spans = gap.startMs <= sinceMs && gap.startMs + gap.ms > sinceMs;
    return spans ? { ...gap, ms: gap.ms + byMs } : { ...gap, startMs: later(gap.startMs) };
  });
  return { ...event, clientMs, result: { ...event.result, gaps: gaps.toSorted((one, other) => other.ms - one.ms) } };
}

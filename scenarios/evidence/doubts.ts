import type { CopyEvent, CopyEvidence } from "../../core/event.js";
import type { WireFact } from "./facts.js";
import type { FaultFact, Observed } from "./observed.js";
import { isKernelClient } from "./kernel-client.js";
import { recoveriesOf } from "./recoveries.js";

/** What must be known of a run before anything is concluded about the failover of one of its copies. */
export interface RunFacts extends Observed {
  readonly evidence: Pick<CopyEvidence, "servedBefore" | "servedAfter">;
}

/**
 * Why nothing can be concluded about the failover of a copy, whatever was measured: reasons, or none. With any of these
 * a check of grade, failovers or stall is unknown. No fault expected means no doubt about faults: such a copy is
 * judged by its content alone.
 */
export function doubtsOf(facts: RunFacts): string[] {
  const doubts = [...aboutTheCopy(facts), ...aboutTheServers(facts)];
  if (facts.faultsExpected > 0 || facts.faults.length > 0)
    doubts.push(...aboutTheFaults(facts), ...aboutTheCapture(facts));
  return doubts;
}

function aboutTheCopy({ events }: RunFacts): string[] {
  if (!events.some(({ type }) => type === "copy.opened" || type === "copy.failed")) {
    return ["the copy never opened its file"];
  }
  if (endOf(events) === undefined) return ["the client died: the copy has neither a result nor an error"];
  const untold = recoveriesOf(events).filter(({ resumed }) => resumed === undefined).length;
  if (untold === 0 || events.some(({ type }) => type === "copy.failed")) return [];
  return [`events are missing: the copy finished, and ${String(untold)} of its losses have no end`];
}

/** Failovers are counted by the nodes that served: where these are not known, neither is their number. */
function aboutTheServers({ events, evidence: { servedBefore, servedAfter } }: RunFacts): string[] {
  if (!events.some(({ type }) => type === "copy.lost")) return [];
  return [
    ...(servedBefore === null ? ["which node served before the loss is not known"] : []),
    ...(servedAfter === null && events.some(({ type }) => type === "copy.resumed")
      ? ["which node served after the loss is not known"]
      : []),
  ];
}

function aboutTheFaults(facts: RunFacts): string[] {
  const { faults, faultsExpected } = facts;
  const aimed = faults.filter((fault) => fault.aimed);
  if (aimed.length < faultsExpected) {
    const ended = endOf(facts.events) === undefined ? "" : ": the copy ended before that";
    return [`${String(aimed.length)} of ${String(faultsExpected)} faults came about${ended}`];
  }
  const end = endOf(facts.events);
  return aimed.flatMap((fault) => {
    const what = `${fault.fault} of ${fault.nodes.join(", ")}`;
    if (end !== undefined && end.clientMs <= fault.startedMs) return [`the copy ended before ${what} was issued`];
    const untouched = !facts.events.some(({ type }) => type === "copy.lost" || type === "copy.failed");
    if (untouched && end !== undefined && end.clientMs <= fault.doneMs) {
      return [`the copy ended before ${what} took effect`];
    }
    if (!fault.serving) return [`${what} hit a node that served no copy`];
    return fault.movesAddresses ? addressesThatStayed(what, fault, facts) : [];
  });
}

/**
 * The address that the copy used must not stay where it was, for then nothing failed over. CTDB's log tells of each move,
 * also of one that was undone before the copy ended; where it tells of none, who holds the address in the end decides.
 */
function addressesThatStayed(what: string, fault: FaultFact, facts: RunFacts): string[] {
  const { holdersBefore, holdersAfter } = facts;
  const address = addressAt(facts.events, fault.startedMs);
  if (address === undefined) return [`which address the copy used at ${what} is not known`];
  if (movedAway(address, fault, facts)) return [];
  if (holdersBefore === null || holdersAfter === null) return [`who held the addresses around ${what} is not known`];
  const after = holdersAfter.find((holder) => holder.address === address)?.node;
  if (after === undefined) return [`who held ${address} after ${what} is not known`];
  if (after !== null && fault.nodes.includes(after)) return [`the public address ${address} did not move at ${what}`];
  return [];
}

/** Whether another node took the address at this fault: after it, and before the next one that hit one of its nodes. */
function movedAway(address: string, { nodes, startedMs }: FaultFact, { ctdb, faults }: RunFacts): boolean {
  const next = faults.find((one) => one.startedMs > startedMs && one.nodes.some((node) => nodes.includes(node)));
  const untilMs = next?.startedMs ?? Infinity;
  return ctdb.some(
    (fact) =>
      fact.what === "taken" &&
      fact.address === address &&
      !nodes.includes(fact.node) &&
      fact.atMs >= startedMs &&
      fact.atMs < untilMs,
  );
}

function aboutTheCapture({ events, capture }: RunFacts): string[] {
  if (capture.kind === "absent") return [`no packet capture: ${capture.reason}`];
  if (capture.wire.messages === 0) return ["the packet capture shows no SMB message"];
  return aboutTheAlgorithms(events, capture.wire.facts);
}

/**
 * The client checks each signature by the algorithm it says, and takes nothing but what is encrypted by the cipher it
 * says; the capture shows what was agreed on, and what became of it.
 */
function aboutTheAlgorithms(events: readonly CopyEvent[], facts: readonly WireFact[]): string[] {
  const connected = events.find((event) => event.type === "copy.connected");
  // A kernel says only what it was asked for.
  if (connected === undefined || isKernelClient(events)) return [];
  const ours = facts.filter((fact) => "port" in fact && fact.port === connected.port);
  const agreed = ours.find((fact) => fact.what === "negotiated");
  const { signing, encryption = null } = connected;
  const doubts: string[] = [];
  if (agreed?.what === "negotiated") {
    if (agreed.signing !== null && agreed.signing !== signing)
      doubts.push(`the client says it signs by ${signing}, the capture shows ${agreed.signing}`);
    if (agreed.cipher !== encryption)
      doubts.push(
        `the client says it encrypts by ${encryption ?? "nothing"}, the capture shows ${agreed.cipher ?? "none"}`,
      );
    if (encryption !== null && !ours.some(({ what }) => what === "encrypted"))
      doubts.push(`the client says it encrypts by ${encryption}, the capture shows no encrypted message`);
  }
  return doubts;
}

function endOf(events: readonly CopyEvent[]): { readonly clientMs: number } | undefined {
  return events.find((event) => event.type === "copy.finished" || event.type === "copy.failed");
}

/** The address of the last connection or session before a moment. */
function addressAt(events: readonly CopyEvent[], atMs: number): string | undefined {
  const link = events.findLast(
    (event) => (event.type === "copy.connected" || event.type === "copy.session") && event.clientMs <= atMs,
  );
  return link !== undefined && "address" in link ? link.address : undefined;
}

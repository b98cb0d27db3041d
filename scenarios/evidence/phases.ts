import type { CopyEvent, Phase, PhaseName } from "../../core/event.js";
import { requestWord } from "../../core/request-word.js";
import type { CtdbFact } from "../../cluster/log.js";
import type { CaptureEvidence, WireFact } from "./facts.js";
import { layPhases } from "./phase-layout.js";
import type { Milestone } from "./phase-layout.js";
import { samePath } from "./same-path.js";
import type { Recovery } from "./recoveries.js";

/** In the order in which they follow each other. */
export const PHASES = [
  ...(["release", "takeover", "announce", "notice"] as const),
  ...(["connect", "session", "reclaim", "first-write"] as const),
] as const satisfies readonly PhaseName[];

export interface PhaseInput {
  readonly recovery: Recovery;
  /** All events of the copy. */
  readonly events: readonly CopyEvent[];
  /** The fault that is held to be the cause: the last one issued before the stall ended. */
  readonly fault: { readonly name: string; readonly startedMs: number };
  readonly ctdb: readonly CtdbFact[];
  readonly capture: CaptureEvidence;
}

export type PhaseReport =
  | { readonly phases: readonly Phase[]; readonly fromMs: number; readonly stallMs: number }
  | { readonly phases: null; readonly reason: string };

/** Clocks are one, yet a log line is written a little after what it tells of. */
const SLACK_MS = 20;

/**
 * Where the time of one stall went. The stall is the gap between the last write (or read) acknowledged before the loss
 * and the first one after it, on the client's clock. Each phase ends with one moment:
 *
 * | phase       | ends when                                              | seen in                     |
 * |-------------|--------------------------------------------------------|-----------------------------|
 * | release     | the node that served begins to give the address up     | ctdb's log                  |
 * | takeover    | another node begins to take it                         | ctdb's log                  |
 * | announce    | the first gratuitous ARP of the address by that node   | wire                        |
 * | notice      | the first RST or tickle for the lost connection        | wire, else the client       |
 * | connect     | the SYN-ACK of the connection on which the copy went on| wire                        |
 * | session     | the successful SESSION_SETUP response on it            | wire, else the client       |
 * | reclaim     | the answer that gives the handle back (or a new one)   | wire, else the client       |
 * | first-write | the first acknowledged write: the end of the stall     | client                      |
 *
 * The fault is normally issued before the stall begins, for the node goes on serving while CTDB reacts; the first
 * phase says by how much. Where the stall began first, that time is part of the first phase, which says that, too.
 * Unknown, late and out-of-order moments are treated as `layPhases` tells.
 */
export function phasesOf({ recovery, events, fault, ctdb, capture }: PhaseInput): PhaseReport {
  const idle = recovery.lost.verb === "hold";
  const stall = stallOf(recovery, events, idle ? fault.startedMs : undefined);
  if (stall === undefined)
    return { phases: null, reason: "the copy never went on after the loss: the stall has no end" };
  const { fromMs, toMs } = stall;
  if (fault.startedMs > toMs) {
    return { phases: null, reason: `the stall was over before ${fault.name} was issued: it has another cause` };
  }
  const { address, verb } = recovery.lost;
  const request = requestWord(verb);
  const sinceMs = Math.min(fault.startedMs, fromMs) - SLACK_MS;
  const within = (atMs: number) => atMs >= sinceMs && atMs <= toMs + SLACK_MS;
  const after = (atMs: number) => `${(atMs - fault.startedMs).toFixed(1)} ms after the fault`;
  const log = ctdb.filter((fact) => fact.address === address && within(fact.atMs));
  const wire = capture.kind === "wire" ? capture.wire.facts.filter((fact) => within(fact.atMs)) : [];

  const released = log.find(({ what }) => what === "released");
  const taken = log.find(({ what, node }) => what === "taken" && node !== released?.node);
  const announced = wire.find(
    (one) => one.what === "announced" && one.address === address && one.node !== released?.node,
  );
  const way = wayBack(wire, (recovery.reopened ?? recovery.reclaim)?.path ?? path(events));
  const notice = wire.find((one) => isNotice(one, address, released?.node, way));
  const session = recovery.sessions.at(-1);
  const handle = recovery.reopened ?? (recovery.reclaim?.ok === true ? recovery.reclaim : undefined);

  const none = capture.kind === "absent" ? `no capture: ${capture.reason}` : undefined;
  const milestones: Milestone[] = [
    logged("release", released, `gave ${address} up`, after),
    takeover(logged("takeover", taken, `took ${address}`, after), announced),
    seen(
      "announce",
      "cluster",
      announced,
      "gratuitous ARP from",
      after,
      none ?? `no gratuitous ARP of ${address} was captured`,
    ),
    notice === undefined
      ? {
          name: "notice",
          by: "cluster",
          atMs: recovery.lost.clientMs,
          evidence: `the client noticed by itself (${recovery.lost.reason}) ${after(recovery.lost.clientMs)}; ${none ?? "no RST or tickle before that"}`,
        }
      : seen("notice", "cluster", notice, notice.what === "tickled" ? "tickle ACK from" : "RST from", after, ""),
    seen("connect", "client", way.connected, "TCP connection with", after, none ?? "no SYN-ACK was captured"),
    way.session === undefined
      ? said("session", session?.atMs, "session", after, none)
      : seen("session", "client", way.session, "SMB session with", after, ""),
    way.handle === undefined
      ? said("reclaim", handle?.clientMs, recovery.reopened ? "a new handle" : "the handle reclaimed", after, none)
      : seen("reclaim", "client", way.handle, gotBack(way.handle), after, ""),
    {
      name: "first-write",
      by: "client",
      atMs: toMs,
      evidence: `first acknowledged ${request} ${after(toMs)} (client)`,
    },
  ];
  const phases = layPhases(milestones, fromMs, toMs);
  const beginning = idle
    ? `${fault.name} was issued while the handle was idle`
    : fault.startedMs <= fromMs
      ? `${fault.name} was issued ${(fromMs - fault.startedMs).toFixed(1)} ms before the last acknowledged ${request}`
      : `the stall began ${(fault.startedMs - fromMs).toFixed(1)} ms before ${fault.name} was issued`;
  return {
    phases: phases.map((phase, index) =>
      index === 0 ? { ...phase, evidence: `${beginning}; ${phase.evidence}` } : phase,
    ),
    fromMs,
    stallMs: toMs - fromMs,
  };
}

/**
 * The stall around one loss: from the last acknowledged write before it to the first one after it. The end of the
 * transfer lists the longest gaps with their exact beginnings; else the resumption tells when and how long. A client that
 * was idle at a fault stalls from that fault on.
 */
export function stallOf(
  { lost, resumed }: Recovery,
  events: readonly CopyEvent[],
  idleAtMs?: number,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  if (resumed === undefined) return undefined;
  if (idleAtMs !== undefined) return { fromMs: idleAtMs, toMs: resumed.clientMs };
  const finished = events.find((event) => event.type === "copy.finished");
  const gap = finished?.result.gaps.find(
    ({ startMs, ms }) => startMs <= lost.clientMs && startMs + ms >= lost.clientMs && startMs <= resumed.clientMs,
  );
  if (gap !== undefined) return { fromMs: gap.startMs, toMs: gap.startMs + gap.ms };
  return { fromMs: resumed.clientMs - resumed.gapMs, toMs: resumed.clientMs };
}

type HandleFact = Extract<WireFact, { what: "reclaimed" | "opened" }>;
type PortFact = Extract<WireFact, { port: number }>;

interface WayBack {
  readonly handle: HandleFact | undefined;
  readonly session: PortFact | undefined;
  readonly connected: PortFact | undefined;
}

/** The connection on which the copy got a handle back: found from the last successful CREATE of its path. */
function wayBack(wire: readonly WireFact[], path: string | undefined): WayBack {
  const handle = wire.findLast(
    (fact): fact is HandleFact =>
      (fact.what === "reclaimed" || fact.what === "opened") &&
      fact.status === 0 &&
      (path === undefined || samePath(fact.path, path)),
  );
  if (handle === undefined) return { handle, session: undefined, connected: undefined };
  const on = (what: "session" | "connected") =>
    wire.findLast(
      (fact): fact is PortFact =>
        fact.what === what && fact.port === handle.port && fact.address === handle.address && fact.atMs <= handle.atMs,
    );
  return { handle, session: on("session"), connected: on("connected") };
}

/** A tickle counts from the node that takes the address; the one that gives it up sends the same to itself. */
function isNotice(
  fact: WireFact,
  address: string,
  releasedBy: string | undefined,
  { handle }: WayBack,
): fact is Extract<WireFact, { what: "reset" | "tickled" }> {
  if (fact.what !== "reset" && fact.what !== "tickled") return false;
  if (fact.address !== address || fact.port === handle?.port) return false;
  if (fact.what === "reset") return fact.by === "server";
  return releasedBy === undefined || fact.node !== releasedBy;
}

function logged(name: "release" | "takeover", fact: CtdbFact | undefined, did: string, after: After): Milestone {
  if (fact === undefined) return { name, by: "cluster", atMs: null, evidence: `no node logged that it ${did}` };
  return { name, by: "cluster", atMs: fact.atMs, evidence: `${fact.node} ${did} ${after(fact.atMs)} (ctdb)` };
}

/** A node announces what it has taken: a log line that comes later only lags, and is no moment. */
function takeover(milestone: Milestone, announced: WireFact | undefined): Milestone {
  const lagMs = (milestone.atMs ?? 0) - (announced?.atMs ?? Number.POSITIVE_INFINITY);
  if (lagMs <= 0) return milestone;
  return {
    ...milestone,
    atMs: null,
    evidence: `${milestone.evidence}: the log lags the wire by ${lagMs.toFixed(1)} ms`,
  };
}

function seen(
  name: Milestone["name"],
  by: Milestone["by"],
  fact: WireFact | undefined,
  what: string,
  after: After,
  missing: string,
): Milestone {
  if (fact === undefined) return { name, by, atMs: null, evidence: missing };
  const evidence = `${what} ${fact.node ?? fact.mac} ${after(fact.atMs)} (wire)`;
  return { name, by, atMs: fact.atMs, evidence };
}

function said(
  name: Milestone["name"],
  atMs: number | undefined,
  what: string,
  after: After,
  none: string | undefined,
): Milestone {
  const why = none ?? "not captured";
  if (atMs === undefined) return { name, by: "client", atMs: null, evidence: `${why}, and the client did not tell` };
  return { name, by: "client", atMs, evidence: `${what} ${after(atMs)} (client; ${why})` };
}

type After = (atMs: number) => string;

function gotBack(fact: HandleFact): string {
  return fact.what === "reclaimed" ? `handle reclaimed by ${fact.how} from` : "a new handle from";
}

function path(events: readonly CopyEvent[]): string | undefined {
  return events.find((event) => event.type === "copy.opened")?.path;
}

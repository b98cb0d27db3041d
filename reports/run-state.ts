import type { AddressState, Event, NodeState, Outcome, Phase, TransferVerb, Verdict } from "../core/event.js";

/**
 * What can be seen of a run at a moment: a pure fold of its events. The live view, the plain console and the final
 * summary all show this and nothing else.
 */
export interface RunState {
  readonly scenario: string;
  readonly topology: string;
  /** What faults were drawn from: whoever wants the same run needs it. Null where none were drawn. */
  readonly drawnFrom: string | null;
  readonly startedMs: number;
  readonly nowMs: number;
  /** What plugfest is doing, newest last; finished things leave the list. */
  readonly doing: readonly string[];
  readonly nodes: readonly NodeState[];
  readonly addresses: readonly AddressState[];
  readonly transfers: readonly TransferState[];
  readonly faults: readonly { readonly text: string; readonly atMs: number; readonly healed: boolean }[];
  /** In order; only the newest still have their phases, for a long run has many stalls. */
  readonly stalls: readonly { readonly copy: string; readonly stallMs: number; readonly phases: readonly Phase[] }[];
  readonly checks: readonly { readonly check: string; readonly outcome: Outcome; readonly reason: string }[];
  /** Whether each check turned red on planted defects; empty unless that was asked for. */
  readonly proofs: readonly { readonly check: string; readonly proven: boolean; readonly reason: string }[];
  readonly failures: readonly string[];
  readonly verdict: Verdict | null;
  readonly folder: string;
}

export interface TransferState {
  readonly key: string;
  readonly title: string;
  readonly size: number;
  readonly done: number;
  readonly startedMs: number;
  readonly lastMs: number;
  /** Bytes per second over the last seconds. */
  readonly rate: number;
  readonly samples: readonly { readonly atMs: number; readonly done: number }[];
  readonly state: "running" | "stalled" | "finished" | "failed";
  readonly note: string;
}

export const emptyRun: RunState = {
  scenario: "",
  topology: "",
  drawnFrom: null,
  startedMs: 0,
  nowMs: 0,
  doing: [],
  nodes: [],
  addresses: [],
  transfers: [],
  faults: [],
  stalls: [],
  checks: [],
  proofs: [],
  failures: [],
  verdict: null,
  folder: "",
};

/** Over this much time the shown rate is averaged. */
const RATE_WINDOW_MS = 2000;

const STALLS_WITH_PHASES = 4;

export function foldRun(state: RunState, event: Event): RunState {
  const now = { ...state, nowMs: event.atMs, startedMs: state.startedMs === 0 ? event.atMs : state.startedMs };
  switch (event.type) {
    case "run.started":
      return { ...now, scenario: event.scenario, topology: event.topology };
    case "nemesis.planned":
      return { ...now, drawnFrom: event.seed ?? now.drawnFrom };
    case "image.started":
      return { ...now, doing: [...now.doing, `image ${event.image}: ${event.why}`] };
    case "image.progress":
      return replaceDoing(now, `image ${event.image}`, `image ${event.image}: ${event.line}`);
    case "image.ready":
      return replaceDoing(now, `image ${event.image}`);
    case "probe.waiting":
      return replaceDoing(now, `waiting: ${event.probe}`, `waiting: ${event.probe} (${event.detail})`);
    case "probe.passed":
      return replaceDoing(now, `waiting: ${event.probe}`);
    case "action.started":
      return { ...now, doing: [...now.doing, `${event.op} ${event.id}`] };
    case "action.finished":
    case "action.failed":
      return replaceDoing(now, `${event.op} ${event.id}`);
    case "step.started":
      return { ...now, doing: [...now.doing, event.title] };
    case "step.finished":
      return replaceDoing(now, event.title);
    case "cluster.state":
      return { ...now, nodes: event.nodes, addresses: event.addresses };
    case "copy.started":
      return { ...now, transfers: [...now.transfers, newTransfer(event.copy, event.verb, event.size, event.atMs)] };
    case "copy.progress":
      return onTransfer(now, event.copy, (transfer) => advance(transfer, event.acked, event.clientMs));
    case "copy.lost":
      return onTransfer(now, event.copy, (transfer) => ({
        ...transfer,
        state: "stalled",
        note: `lost ${event.address}`,
      }));
    case "copy.attempt":
      return onTransfer(now, event.copy, (transfer) => ({ ...transfer, note: `${event.address}: ${event.error}` }));
    case "copy.reclaim":
      return onTransfer(now, event.copy, (transfer) => ({
        ...transfer,
        note: event.ok ? `handle reclaimed (${event.how}) at ${event.address}` : `reclaim refused: ${event.status}`,
      }));
    case "copy.reopened":
      return onTransfer(now, event.copy, (transfer) => ({
        ...transfer,
        note: `re-opened at ${event.address}: a new handle`,
      }));
    case "copy.resumed":
      return onTransfer(now, event.copy, (transfer) => ({ ...transfer, state: "running" }));
    case "copy.finished":
      return endTransfer(now, event.copy, "finished", event.result.bytes, event.clientMs);
    case "copy.failed":
      return endTransfer(now, event.copy, "failed", undefined, event.clientMs);
    case "fault.started":
      return {
        ...now,
        faults: [...now.faults, { text: `${event.fault} ${event.nodes.join(", ")}`, atMs: event.atMs, healed: false }],
      };
    case "fault.healed":
      return {
        ...now,
        faults: now.faults.map((fault) =>
          fault.text === `${event.fault} ${event.nodes.join(", ")}` ? { ...fault, healed: true } : fault,
        ),
      };
    case "phases":
      return { ...now, stalls: withStall(now.stalls, event) };
    case "check.finished":
      return { ...now, checks: [...now.checks, { check: event.check, outcome: event.outcome, reason: event.reason }] };
    case "check.proven":
      return { ...now, proofs: [...now.proofs, { check: event.check, proven: event.proven, reason: event.reason }] };
    case "failure":
      return { ...now, failures: [...now.failures, event.failure.message] };
    case "run.finished":
      return { ...now, verdict: event.verdict, folder: event.folder, doing: [] };
    default:
      return now;
  }
}

function withStall(
  before: RunState["stalls"],
  { copy, stallMs, phases }: RunState["stalls"][number],
): RunState["stalls"] {
  const older = before.length - STALLS_WITH_PHASES + 1;
  const kept = before.map((stall, index) => (index < older ? { ...stall, phases: [] } : stall));
  return [...kept, { copy, stallMs, phases }];
}

function newTransfer(copy: string, verb: TransferVerb, size: number, atMs: number): TransferState {
  const title = titleOf(copy, verb);
  return {
    key: copy,
    title,
    size,
    done: 0,
    startedMs: atMs,
    lastMs: atMs,
    rate: 0,
    samples: [],
    state: "running",
    note: "",
  };
}

function titleOf(copy: string, verb: TransferVerb): string {
  const [id = copy, place] = copy.split("@");
  if (verb === "put") return place === undefined ? `copy ${id}` : `write the file that ${id} needs`;
  if (verb === "hold" || verb === "rename") return `${verb} ${id}`;
  if (verb === "files") return `write files ${id}`;
  if (verb === "server-copy") return `copy ${id} at the server`;
  if (place === undefined) return `read ${id}`;
  return place === "acknowledged"
    ? `what ${id} had acknowledged`
    : `read ${id} back from ${place === "store" ? "the store" : place}`;
}

function advance(transfer: TransferState, done: number, atMs: number): TransferState {
  const samples = [...transfer.samples.filter((sample) => atMs - sample.atMs <= RATE_WINDOW_MS), { atMs, done }];
  const first = samples[0];
  const rate =
    first !== undefined && atMs > first.atMs ? ((done - first.done) * 1000) / (atMs - first.atMs) : transfer.rate;
  return { ...transfer, done, lastMs: atMs, rate, samples };
}

function onTransfer(state: RunState, copy: string, change: (transfer: TransferState) => TransferState): RunState {
  return {
    ...state,
    transfers: state.transfers.map((transfer) => (transfer.key === copy ? change(transfer) : transfer)),
  };
}

function endTransfer(
  state: RunState,
  key: string,
  is: "finished" | "failed",
  done: number | undefined,
  atMs: number,
): RunState {
  const transfers = state.transfers.map((transfer) =>
    transfer.key === key
      ? { ...transfer, state: is, done: done ?? transfer.done, lastMs: atMs, samples: [] }
      : transfer,
  );
  return { ...state, transfers };
}

function replaceDoing(state: RunState, prefix: string, text?: string): RunState {
  const at = state.doing.findIndex(
    (line) => line === prefix || line.startsWith(`${prefix}:`) || line.startsWith(`${prefix} (`),
  );
  const doing = at < 0 ? [...state.doing] : state.doing.toSpliced(at, 1);
  if (text !== undefined) doing.push(text);
  return { ...state, doing };
}

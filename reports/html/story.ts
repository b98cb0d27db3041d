import type {
  AddressState,
  CopyEvidence,
  Event,
  NodeState,
  Outcome,
  Phase,
  TransferResult,
  Verdict,
} from "../../core/event.js";
import type { Failure } from "../../core/errors.js";
import type { Window } from "./scale.js";

/** All that a report shows of a run, gathered from its events in one pass. Times are epoch milliseconds. */
export interface Story {
  readonly scenario: string;
  readonly topology: string;
  readonly version: string;
  readonly seed: string;
  readonly argv: readonly string[];
  readonly startedMs: number;
  readonly endedMs: number;
  readonly verdict: Verdict | undefined;
  readonly copies: readonly CopyStory[];
  readonly spans: readonly Span[];
  readonly states: readonly ClusterMoment[];
  readonly checks: readonly { readonly check: string; readonly outcome: Outcome; readonly reason: string }[];
  readonly proofs: readonly Extract<Event, { type: "check.proven" }>[];
  readonly versions: Readonly<Record<string, string>>;
  readonly failures: readonly Failure[];
  readonly notes: readonly { readonly atMs: number; readonly text: string }[];
}

/** One workload that the run was about, of whatever verb. */
export interface CopyStory {
  readonly copy: string;
  readonly client: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly samples: readonly Sample[];
  readonly gaps: readonly Window[];
  /** What followed each fault: as many stalls as there were failovers that could be divided, in order. */
  readonly stalls: readonly Stall[];
  readonly evidence: CopyEvidence | undefined;
  /** What befell the client's handle, in order. */
  readonly handle: readonly Extract<Event, { copy: string; clientMs: number }>[];
}

/** A stall, and the phases that divide it. */
export interface Stall {
  readonly phases: readonly Phase[];
  readonly stallMs: number;
}

/** Bytes acknowledged so far: the client's reports, and both ends of its longest gaps, which it knows exactly. */
export interface Sample {
  readonly atMs: number;
  readonly acked: number;
}

/** A step or a fault. A fault that was not healed, or a step that did not end, has no end. */
export interface Span {
  readonly kind: "step" | "fault";
  readonly text: string;
  readonly fromMs: number;
  readonly toMs: number | undefined;
  readonly outcome: Outcome | undefined;
  readonly reason: string;
}

export interface ClusterMoment {
  readonly atMs: number;
  readonly nodes: readonly NodeState[];
  readonly addresses: readonly AddressState[];
}

type GrowingCopy = Writable<CopyStory> & { samples: Sample[]; stalls: Stall[]; handle: CopyStory["handle"][number][] };
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Gathers what a report shows. Reading back (`<id>@<place>`) is told by the checks; the copies here are those under test. */
export function storyOf(events: readonly Event[]): Story {
  const copies = new Map<string, GrowingCopy>();
  const spans: Writable<Span>[] = [];
  const open = new Map<string, Writable<Span>>();
  const states: ClusterMoment[] = [];
  const checks: Story["checks"][number][] = [];
  const proofs: Story["proofs"][number][] = [];
  const failures: Failure[] = [];
  const notes: Story["notes"][number][] = [];
  let head: Extract<Event, { type: "run.started" }> | undefined;
  let versions: Readonly<Record<string, string>> = {};
  let verdict: Verdict | undefined;

  const begin = (key: string, kind: Span["kind"], text: string, fromMs: number) => {
    const span = { kind, text, fromMs, toMs: undefined, outcome: undefined, reason: "" };
    open.set(key, span);
    spans.push(span);
  };

  for (const event of events) {
    if ("copy" in event && event.type.startsWith("copy.") && !event.copy.includes("@")) {
      if (event.type === "copy.started") {
        copies.set(event.copy, {
          ...{ copy: event.copy, client: event.client, startedMs: event.atMs, endedMs: event.atMs },
          ...{ samples: [], gaps: [], stalls: [], handle: [], evidence: undefined },
        });
      }
      const copy = copies.get(event.copy);
      if (copy !== undefined && "clientMs" in event) {
        copy.endedMs = Math.max(copy.endedMs, event.clientMs);
        if (event.type === "copy.progress") copy.samples.push({ atMs: event.clientMs, acked: event.acked });
        else if (event.type !== "copy.mark") copy.handle.push(event);
        if (event.type === "copy.finished") addGaps(copy, event.result);
      }
    }
    switch (event.type) {
      case "run.started":
        head = event;
        break;
      case "versions":
        versions = event.versions;
        break;
      case "step.started":
        begin(event.step, "step", event.title, event.atMs);
        break;
      case "step.finished": {
        if (!open.has(event.step)) begin(event.step, "step", event.title, event.atMs);
        end(open.get(event.step), event.atMs, event.outcome, event.reason);
        break;
      }
      case "fault.started":
        begin(faultKey(event), "fault", `${event.fault} ${event.nodes.join(", ")}: ${event.why}`, event.atMs);
        break;
      case "fault.healed":
        end(open.get(faultKey(event)), event.atMs);
        break;
      case "cluster.state":
        states.push(event);
        break;
      case "phases": {
        if (event.phases.length > 0) copies.get(event.copy)?.stalls.push(event);
        break;
      }
      case "evidence": {
        const copy = copies.get(event.copy);
        if (copy !== undefined) copy.evidence = event.evidence;
        break;
      }
      case "check.finished":
        checks.push(event);
        break;
      case "check.proven":
        proofs.push(event);
        break;
      case "failure":
        failures.push(event.failure);
        break;
      case "action.failed":
        failures.push(event.failure);
        break;
      case "note":
        notes.push({ atMs: event.atMs, text: `${event.level}: ${event.text}` });
        break;
      case "run.finished":
        verdict = event.verdict;
        break;
      default:
    }
  }
  return {
    ...{ scenario: head?.scenario ?? "", topology: head?.topology ?? "", version: head?.version ?? "" },
    ...{ seed: head?.seed ?? "", argv: head?.argv ?? [] },
    ...{ startedMs: events[0]?.atMs ?? 0, endedMs: events.at(-1)?.atMs ?? 0 },
    ...{ verdict, copies: [...copies.values()], spans, states, checks, proofs, versions, failures, notes },
  };
}

const faultKey = (event: { readonly fault: string; readonly nodes: readonly string[] }) =>
  `fault ${event.fault} ${event.nodes.join()}`;

function addGaps(copy: Writable<CopyStory>, { gaps }: TransferResult): void {
  copy.gaps = gaps.map(({ startMs, ms }) => ({ fromMs: startMs, toMs: startMs + ms }));
  const edges = gaps.flatMap(({ startMs, ms, acked }) => [
    { atMs: startMs, acked },
    { atMs: startMs + ms, acked },
  ]);
  // A report may count a little behind the gap that had begun when it was written: bytes once acknowledged stay so.
  let acked = 0;
  copy.samples = [...copy.samples, ...edges]
    .sort((a, b) => a.atMs - b.atMs)
    .map((sample) => ({ atMs: sample.atMs, acked: (acked = Math.max(acked, sample.acked)) }));
}

function end(span: Writable<Span> | undefined, atMs: number, outcome?: Outcome, reason = ""): void {
  if (span === undefined) return;
  span.toMs = atMs;
  span.outcome = outcome;
  span.reason = reason;
}

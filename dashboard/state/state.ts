import type { Granted, Phase } from "../../core/event.js";
import type { Owner } from "../../core/owner.js";
import type { RunState } from "../../reports/run-state.js";
import { emptyRun } from "../../reports/run-state.js";

/** All that the dashboard shows of a run or a lab: a pure fold of its events, so that a replay shows the same. */
export interface DashboardState {
  readonly run: RunState;
  /** The process that writes the events; undefined where an earlier version wrote them. */
  readonly owner: Owner | undefined;
  /** The lab of the run was removed: nothing of the cluster exists any more. */
  readonly labGone: boolean;
  /** When each address came to its node; only addresses that moved. */
  readonly moves: readonly AddressMove[];
  readonly vitals: ReadonlyMap<string, Vitals>;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly histories: ReadonlyMap<string, History>;
  /** The failover that is under way, or was last. */
  readonly failover: Failover | undefined;
  /** The newest last, and of a long run only the newest. */
  readonly tail: readonly TailLine[];
}

/** The last move of an address; `from` and `to` are null while nobody held it. */
export interface AddressMove {
  readonly address: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly atMs: number;
}

/** What a node said about itself, and when. */
export interface Vitals {
  readonly atMs: number;
  readonly leader: boolean;
  /** Of one core, in percent. */
  readonly cpuPercent: number | null;
  /** Connections to smbd. */
  readonly connections: number | null;
}

/** How a copy's client stands with the cluster. */
export interface Connection {
  readonly client: string;
  readonly address: string | undefined;
  readonly state: "connecting" | "connected" | "lost" | "over";
  readonly sinceMs: number;
  readonly dialect: string;
  readonly granted: Granted | undefined;
}

/** A copy's progress over time: what its graph is drawn from. */
export interface History {
  readonly samples: readonly Sample[];
  readonly stalls: readonly Span[];
  /** When a stall that goes on now began. */
  readonly stalledFromMs: number | undefined;
}

export interface Sample {
  readonly atMs: number;
  readonly done: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A fault, and what was seen of its consequences: moments while it happens, phases once they are known exactly. */
export interface Failover {
  readonly title: string;
  readonly atMs: number;
  readonly copy: string | undefined;
  readonly moments: readonly FailoverMoment[];
  readonly phases: readonly Phase[];
  readonly stallMs: number | undefined;
}

export interface FailoverMoment {
  readonly name: string;
  readonly atMs: number;
}

export type TailKind = "copy" | "cluster" | "fault" | "check" | "lab" | "step" | "problem";

export interface TailLine {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: TailKind;
  readonly text: string;
}

export const emptyDashboard: DashboardState = {
  run: emptyRun,
  owner: undefined,
  labGone: false,
  moves: [],
  vitals: new Map(),
  connections: new Map(),
  histories: new Map(),
  failover: undefined,
  tail: [],
};

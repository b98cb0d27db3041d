import type { PhaseName } from "../../core/event.js";
import type { RunFigures } from "../../reports/matrix/results.js";
import type { NightJudgement } from "../judge/judgement.js";

/** One line of the history. A night is begun, its runs follow, and it is finished; what broke off lacks the last. */
export type HistoryLine = NightStarted | RunRecord | NightFinished;

export interface NightStarted {
  readonly v: 1;
  readonly type: "night.started";
  /** Name of the night's folder: when it began, in UTC. */
  readonly night: string;
  readonly atMs: number;
  /** plugfest's own. */
  readonly version: string;
  readonly cells: readonly PlannedCell[];
}

/** A cell as it was to be run. */
export interface PlannedCell {
  readonly cell: string;
  readonly scenario: string;
  readonly topology: string;
  readonly samba: string;
  readonly profile: string;
  readonly repeats: number;
  /** Hash of what is run: a cell whose hash changed is another experiment. */
  readonly definition: string;
}

/** What came of one repeat of one cell. What is null was not measured. */
export interface RunRecord extends RunFigures {
  readonly v: 1;
  readonly type: "run";
  readonly night: string;
  readonly cell: string;
  readonly repeat: number;
  readonly definition: string;
  /** Of the longest stall, in milliseconds. */
  readonly phases: Readonly<Partial<Record<PhaseName, number>>>;
  /** Software of the machines, such as `node1 samba`. */
  readonly versions: Readonly<Record<string, string>>;
  /** The run's folder, as seen from the night's. */
  readonly folder: string;
  /** How many labs could be at once, where that were several: they take from each other. */
  readonly parallel?: number;
  /** Where its lab was, where that was another host than the night's own. */
  readonly host?: string;
}

export interface NightFinished {
  readonly v: 1;
  readonly type: "night.finished";
  readonly night: string;
  readonly atMs: number;
  /** Why it ended before all was run; null where all was. */
  readonly cut: string | null;
  readonly judgement: NightJudgement;
}

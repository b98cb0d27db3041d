import type { Outcome, PhaseName } from "../../core/event.js";

/** What a night says of a cell. */
export type CellStatus =
  | "new failure"
  | "still failing"
  | "flapping"
  | "unexpected pass"
  | "unknown"
  | "fixed"
  | "known failure"
  | "new"
  | "pass"
  | "gone";

/** What is compared of a cell's runs: the whole stall, or one phase of it. */
export type Measure = "stall" | PhaseName;

/** A measure of a cell that is other than it was. */
export interface Change {
  readonly measure: Measure;
  readonly direction: "slower" | "faster";
  /** Medians, in milliseconds. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** How many runs both are of. */
  readonly before: number;
  readonly after: number;
  /** The Hodges–Lehmann shift, and Cliff's delta. */
  readonly shiftMs: number;
  readonly delta: number;
  /** Adjusted for all that was compared in the night. */
  readonly p: number;
}

export interface CellJudgement {
  readonly cell: string;
  readonly status: CellStatus;
  /** Null where nothing was run. */
  readonly outcome: Outcome | "mixed" | null;
  readonly passed: number;
  readonly failed: number;
  readonly unknown: number;
  /** In a sentence: the first reason of what is no pass, or what is to be known of it. */
  readonly reason: string;
  readonly changes: readonly Change[];
}

export interface NightJudgement {
  readonly cells: readonly CellJudgement[];
  /** What is wrong with the expectations: expired, or of no cell. */
  readonly remarks: readonly string[];
  /** How many measures were compared. */
  readonly compared: number;
}

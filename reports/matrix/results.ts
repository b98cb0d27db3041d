import type { Event, Grade, Outcome } from "../../core/event.js";
import { percentile } from "./percentile.js";

/** Everything that came of a matrix so far; `matrix.json` holds it. */
export interface MatrixResults {
  readonly v: 1;
  readonly matrix: string;
  readonly description: string;
  readonly version: string;
  /** The command lines that the runs came of. */
  readonly commands: readonly string[];
  readonly axes: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly cells: readonly CellResults[];
  /** What happened between the runs, such as a lab that had to be made anew. */
  readonly notes: readonly string[];
}

export interface CellResults {
  readonly id: string;
  /** Value by axis. */
  readonly values: Readonly<Record<string, string>>;
  readonly topology: string;
  readonly runs: readonly CellRun[];
}

/** One run of one cell. */
export interface CellRun extends RunFigures {
  readonly repeat: number;
  /** The run's folder, as seen from the matrix's. */
  readonly folder: string;
  /** What was run: the hash of scenario and topology. Runs of something else are not of this cell. */
  readonly definition: string;
}

/** What came of a run. What is null was not measured. */
export interface RunFigures {
  readonly startedMs: number;
  readonly ms: number;
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  readonly grade: Grade | null;
  readonly failovers: number | null;
  readonly stallMs: number | null;
}

/** The figures of a cell over its runs. */
export interface CellSummary {
  readonly n: number;
  readonly outcome: Outcome | null;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly grades: Readonly<Record<string, number>>;
  /** Over the runs that measured one. */
  readonly stall: { readonly n: number; readonly p50Ms: number; readonly p95Ms: number } | null;
}

/** What a run says in the table: the worst grade and the longest stall of its workloads. */
export function cellRunOf(events: readonly Event[]): RunFigures | undefined {
  const finished = events.findLast((event) => event.type === "run.finished");
  const [first] = events;
  if (finished === undefined || first === undefined) return undefined;
  const evidence = events.flatMap((event) => (event.type === "evidence" ? [event.evidence] : []));
  const grades = evidence.map(({ grade }) => grade);
  // What failed had a stall that never ended: the longest gap before it says nothing.
  const stalls = evidence.flatMap(({ grade, stallMs }) => (stallMs === null || grade === "G0" ? [] : [stallMs]));
  return {
    startedMs: first.atMs,
    ms: finished.atMs - first.atMs,
    outcome: finished.verdict.outcome,
    reasons: finished.verdict.reasons,
    grade: grades.includes(null) ? null : (grades.toSorted()[0] ?? null),
    failovers: evidence.length === 0 ? null : evidence.reduce((sum, { failovers }) => sum + failovers, 0),
    stallMs: stalls.length === 0 ? null : Math.max(...stalls),
  };
}

export function summaryOf(runs: readonly CellRun[]): CellSummary {
  const stalls = runs.flatMap(({ stallMs }) => (stallMs === null ? [] : [stallMs]));
  return {
    n: runs.length,
    outcome: worstOf(runs.map(({ outcome }) => outcome)),
    outcomes: counts(runs.map(({ outcome }) => outcome)),
    grades: counts(runs.map(({ grade }) => grade ?? "unknown")),
    stall:
      stalls.length === 0
        ? null
        : { n: stalls.length, p50Ms: percentile(stalls, 0.5), p95Ms: percentile(stalls, 0.95) },
  };
}

/** A failure is certain, so it weighs more than what is not known; null of nothing. */
export function worstOf(outcomes: readonly Outcome[]): Outcome | null {
  return (["fail", "unknown", "pass"] as const).find((outcome) => outcomes.includes(outcome)) ?? null;
}

function counts(of: readonly string[]): Record<string, number> {
  const found = new Map<string, number>();
  for (const one of of.toSorted()) found.set(one, (found.get(one) ?? 0) + 1);
  return Object.fromEntries(found);
}

import type { PlannedCell, RunRecord } from "../history/line.js";
import type { Night } from "../history/read.js";
import { isOf } from "../load.js";
import type { Expectation } from "../schema.js";
import { compareNight } from "./compare.js";
import type { CellJudgement, CellStatus, NightJudgement } from "./judgement.js";
import { outcomeOf, statusOf } from "./status.js";
import type { NightOutcome } from "./status.js";

export interface Tonight {
  readonly cells: readonly PlannedCell[];
  readonly runs: readonly RunRecord[];
  /** When it is judged: expectations end. */
  readonly atMs: number;
}

/** Statuses that need a person. */
const trouble: readonly CellStatus[] = ["new failure", "unexpected pass", "still failing"];

/** What lies further back says nothing of tonight. */
const HORIZON = 100;

/** Judges a night by the nights before, oldest first, and by what is expected. */
export function judgeNight(
  { cells, runs, atMs }: Tonight,
  all: readonly Night[],
  expectations: readonly Expectation[],
): NightJudgement {
  const before = all.slice(-HORIZON);
  const { changes, compared } = compareNight(runs, before);
  const judged = cells.map((cell): CellJudgement => {
    const own = runs.filter((run) => run.cell === cell.cell);
    const expectation = expectations.find((one) => isOf(one.cell, cell.cell));
    const isExpected = expectation !== undefined && !isExpired(expectation, atMs);
    const outcome = own.length === 0 ? null : outcomeOf(own);
    const past = { outcomes: pastOf(cell, before), expected: isExpected ? expectation.status : undefined };
    const status = statusOf(outcome, past);
    const count = (wanted: string) => own.filter((run) => run.outcome === wanted).length;
    return {
      ...{ cell: cell.cell, status, outcome },
      ...{ passed: count("pass"), failed: count("fail"), unknown: count("unknown") },
      reason: reasonOf(status, cell, own, isExpected ? expectation : undefined),
      changes: changes.filter((one) => one.cell === cell.cell).map(({ change }) => change),
    };
  });
  return {
    cells: [...judged, ...goneOf(cells, before)],
    remarks: expectations.filter((one) => isExpired(one, atMs)).map(expiredText),
    compared,
  };
}

/** Whether somebody is needed: what fails, what passes and should not, what is slower. */
export function isTrouble({ status, failed, changes }: CellJudgement): boolean {
  return (
    trouble.includes(status) ||
    (status === "flapping" && failed > 0) ||
    changes.some(({ direction }) => direction === "slower")
  );
}

/** Whether anything is other than it was. */
export function isChanged(cell: CellJudgement): boolean {
  const same: readonly CellStatus[] = ["pass", "known failure", "still failing"];
  return !same.includes(cell.status) || cell.changes.length > 0;
}

function pastOf({ cell, definition }: PlannedCell, before: readonly Night[]): NightOutcome[] {
  return before.flatMap(({ runs }) => {
    const outcome = outcomeOf(runs.filter((run) => run.cell === cell && run.definition === definition));
    return outcome === null ? [] : [outcome];
  });
}

/** Cells of the night before that are no longer run. */
function goneOf(cells: readonly PlannedCell[], before: readonly Night[]): CellJudgement[] {
  const now = new Set(cells.map(({ cell }) => cell));
  const last = before.at(-1)?.started.cells ?? [];
  return last
    .filter(({ cell }) => !now.has(cell))
    .map(({ cell }) => ({
      ...{ cell, status: "gone", outcome: null, passed: 0, failed: 0, unknown: 0, changes: [] },
      reason: "it was run the night before, and is no longer asked for",
    }));
}

function reasonOf(
  status: CellStatus,
  { repeats }: PlannedCell,
  runs: readonly RunRecord[],
  expectation: Expectation | undefined,
): string {
  const wrong = runs.filter(({ outcome }) => outcome !== "pass");
  const failed = runs.find(({ outcome }) => outcome === "fail") ?? wrong[0];
  const why = failed === undefined ? "" : (failed.reasons[0] ?? "no reason was given");
  if (expectation !== undefined && status !== "unknown") {
    const known = `${expectation.reason} (${expectation.link}, until ${expectation.expires})`;
    if (status === "unexpected pass") return `it passed, and was expected to fail: ${known}; remove the expectation`;
    if (status === "known failure") return `${known}: ${why}`;
  }
  if (runs.length === 0) return "none of its runs was reached";
  const missing = repeats > runs.length ? `; ${String(runs.length)} of ${String(repeats)} runs were made` : "";
  return `${why}${missing}`.replace(/^; /, "");
}

/** The last day counts whole, wherever one is: it ends when it has ended everywhere. */
function isExpired({ expires }: Expectation, atMs: number): boolean {
  return atMs >= Date.parse(expires) + 36 * 3_600_000;
}

function expiredText({ cell, reason, link, expires }: Expectation): string {
  return `the expectation of ${cell} expired on ${expires}: ${reason} (${link}); what fails of it counts again`;
}

import type { Outcome } from "../../core/event.js";
import type { RunRecord } from "../history/line.js";
import type { CellStatus } from "./judgement.js";

/** What a night's repeats of a cell came to. */
export type NightOutcome = Outcome | "mixed";

/** How far back a cell is looked at, and how often its outcome must have turned in that time to be called flapping. */
const NIGHTS = 10;
const TURNS = 3;

/** A failure is certain; what passes and fails is mixed, and one unknown among passes is not proven. */
export function outcomeOf(runs: readonly Pick<RunRecord, "outcome">[]): NightOutcome | null {
  const has = (outcome: Outcome) => runs.some((run) => run.outcome === outcome);
  if (runs.length === 0) return null;
  if (has("fail")) return has("pass") ? "mixed" : "fail";
  return has("unknown") ? "unknown" : "pass";
}

export interface Past {
  /** Of the nights before in which the cell was run as it is now, oldest first. */
  readonly outcomes: readonly NightOutcome[];
  /** What is expected tonight; an expectation that has expired is none. */
  readonly expected: "known-failure" | "flapping" | undefined;
}

/** What is to be said of a cell that came to this tonight. */
export function statusOf(tonight: NightOutcome | null, { outcomes, expected }: Past): CellStatus {
  if (tonight === null || tonight === "unknown") return "unknown";
  if (expected === "known-failure") return tonight === "pass" ? "unexpected pass" : "known failure";
  if (expected === "flapping" && tonight !== "pass") return "known failure";
  const known = outcomes.filter((outcome) => outcome !== "unknown").slice(-NIGHTS);
  const last = known.at(-1);
  if (expected === undefined && isFlapping([...known, tonight])) return "flapping";
  if (tonight === "pass") return last === undefined ? "new" : last === "pass" ? "pass" : "fixed";
  return last === undefined || last === "pass" ? "new failure" : "still failing";
}

/** It turned tonight and has often before, or is mixed for not the first time. */
function isFlapping(outcomes: readonly NightOutcome[]): boolean {
  const recent = outcomes.slice(-NIGHTS);
  const turns = recent.filter((outcome, index) => index > 0 && outcome !== recent[index - 1]).length;
  const mixed = recent.filter((outcome) => outcome === "mixed").length;
  const last = recent.at(-1);
  return (turns >= TURNS && last !== recent.at(-2)) || (last === "mixed" && mixed >= 2);
}

import type { Outcome } from "../core/event.js";
import { isChanged, isTrouble } from "./judge/judge.js";
import type { CellJudgement, CellStatus, NightJudgement } from "./judge/judgement.js";

/** What a night comes to: fail where a person is needed, unknown where something was not proven. */
export function verdictOf({ cells }: NightJudgement): Outcome {
  if (cells.some(isTrouble)) return "fail";
  return cells.some(({ status }) => status === "unknown") ? "unknown" : "pass";
}

const order: readonly CellStatus[] = [
  ...(["new failure", "unexpected pass", "flapping", "still failing", "unknown"] as const),
  ...(["fixed", "gone", "new", "known failure", "pass"] as const),
];

/** What is worth telling, first what changed and needs a person. */
export function worthTelling({ cells }: NightJudgement): CellJudgement[] {
  const weight = (cell: CellJudgement) =>
    order.indexOf(cell.status) + (isTrouble(cell) ? 0 : 100) + (isChanged(cell) ? 0 : 10);
  return cells.filter((cell) => isTrouble(cell) || isChanged(cell)).toSorted((a, b) => weight(a) - weight(b));
}

import { formatMs } from "../reports/format.js";
import type { CellJudgement, Change } from "./judge/judgement.js";

/** A change in words: `takeover 160 ms → 460 ms (+300 ms, 5 runs to 60, p 0.0001)`. */
export function changeText({ measure, beforeMs, afterMs, shiftMs, before, after, p }: Change): string {
  const shift = `${shiftMs > 0 ? "+" : "-"}${formatMs(Math.abs(shiftMs))}`;
  const sure = p < 0.0001 ? "p < 0.0001" : `p ${p.toFixed(4)}`;
  const runs = `${String(after)} runs to ${String(before)}`;
  return `${measure} ${formatMs(beforeMs)} → ${formatMs(afterMs)} (${shift}, ${runs}, ${sure})`;
}

/** How its runs ended: `2 of 5 failed`, or nothing where all passed. */
export function countsText({ passed, failed, unknown }: CellJudgement): string {
  const all = passed + failed + unknown;
  const parts = [
    ...(failed > 0 ? [`${String(failed)} of ${String(all)} failed`] : []),
    ...(unknown > 0 ? [`${String(unknown)} of ${String(all)} unknown`] : []),
  ];
  return parts.join(", ");
}

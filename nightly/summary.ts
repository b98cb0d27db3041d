import { formatMs } from "../reports/format.js";
import type { Night } from "./history/read.js";
import { isChanged } from "./judge/judge.js";
import { changeText, countsText } from "./words.js";
import { verdictOf, worthTelling } from "./verdict.js";

/** A screen has 24 lines: what is more is in the report. */
const MOST_TOLD = 14;
const COLUMNS = 100;

/** A finished night in one screen of text, for a terminal or a mail: what changed first. */
export function nightText(name: string, { runs, started, finished }: Night, report: string): string {
  if (finished === undefined) return `${name} ${started.night}: not finished\n`;
  const { judgement, cut } = finished;
  const told = worthTelling(judgement);
  const count = (outcome: string) => String(runs.filter((run) => run.outcome === outcome).length);
  const known = judgement.cells.filter(({ status }) => status === "known failure").length;
  const took = runs.reduce((sum, { ms }) => sum + ms, 0);
  const lines = told.flatMap((cell) => {
    const { status, cell: id, reason, changes } = cell;
    const slow = changes.filter(({ direction }) => direction === "slower");
    const words = changes.length > 0 && (status === "pass" || !isChanged({ ...cell, changes: [] }));
    const what = words ? (slow.length > 0 ? "slower" : "faster") : status;
    const why = [countsText(cell), reason].filter((text) => text !== "").join(": ");
    return [
      `${what.padEnd(16)}${id}${words || why === "" ? "" : `: ${why}`}`,
      ...changes.map((change) => `${" ".repeat(16)}${changeText(change)}`),
    ];
  });
  const { length } = lines;
  const shown =
    length > MOST_TOLD
      ? [...lines.slice(0, MOST_TOLD - 1), `… ${String(length - MOST_TOLD + 1)} lines more in the report`]
      : lines;
  return [
    `nightly   ${name} ${started.night}: ${verdictOf(judgement).toUpperCase()}`,
    `runs      ${String(runs.length)}, of ${String(started.cells.length)} cells, in ${formatMs(took)}: ${count("pass")} pass, ${count("fail")} fail, ${count("unknown")} unknown`,
    ...(known === 0 ? [] : [`known     ${String(known)} ${known === 1 ? "cell fails" : "cells fail"} as expected`]),
    ...(cut === null ? [] : [`cut       ${cut}`]),
    "",
    ...(shown.length === 0 ? ["nothing changed"] : shown),
    ...(judgement.remarks.length === 0 ? [] : ["", ...judgement.remarks.slice(0, 3)]),
    "",
    `report    ${report}`,
    "",
  ]
    .map((line) => (line.length > COLUMNS && !line.startsWith("report") ? `${line.slice(0, COLUMNS - 1)}…` : line))
    .join("\n");
}

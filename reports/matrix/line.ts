import { formatMs } from "../format.js";
import type { CellRun } from "./results.js";

/** One run of a cell in one line of the console. `width` is that of the longest cell's name. */
export function runLine(cell: string, run: CellRun, { width, of }: { width: number; of: number }): string {
  const { repeat, outcome, reasons, ms } = run;
  const which = of === 1 ? "" : ` ${String(repeat)}/${String(of)}`;
  const why = outcome === "pass" ? "" : `: ${reasons[0] ?? "no reason was given"}`;
  return `${outcome.toUpperCase().padEnd(8)}${cell.padEnd(width)}${which}  ${runFigures(run)} (${formatMs(ms)})${why}`;
}

/** The figures of one run in words. */
export function runFigures({ grade, stallMs }: Pick<CellRun, "grade" | "stallMs">): string {
  return `${grade ?? "no grade"}, ${stallMs === null ? "no stall measured" : `stall ${formatMs(stallMs)}`}`;
}

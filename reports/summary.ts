import type { RunState } from "./run-state.js";
import { formatBytes, formatMs, formatRate } from "./format.js";
import { wrap } from "./wrap.js";

/** So many stalls are told at most, and so many of them with their phases. */
const MAX_STALLS = 20;
const MAX_WITH_PHASES = 4;

/**
 * The last word on a run, for people: verdict and reasons first, then the figures they rest on. Nothing is cut: what is
 * wider than `columns` goes on in the next line.
 */
export function summaryText(run: RunState, columns = Infinity): string {
  const lines: string[] = [];
  const { verdict } = run;
  const seed = run.drawnFrom === null ? "" : ` (seed ${run.drawnFrom})`;
  lines.push(`verdict   ${verdict === null ? "none: the run did not finish" : verdict.outcome.toUpperCase()}${seed}`);
  for (const reason of verdict?.reasons ?? []) lines.push(`          ${reason}`);
  for (const { check, outcome, reason } of run.checks) lines.push(`${outcome.padEnd(9)} ${check}: ${reason}`);
  for (const { check, proven, reason } of run.proofs)
    lines.push(`${(proven ? "proven" : "unproven").padEnd(9)} ${check}: ${reason}`);
  for (const transfer of run.transfers) {
    const ms = transfer.lastMs - transfer.startedMs;
    lines.push(
      `          ${transfer.title}: ${formatBytes(transfer.done)} in ${formatMs(ms)}, ${formatRate(transfer.done, ms)}`,
    );
  }
  const { stalls } = run;
  if (stalls.length > MAX_STALLS) lines.push(`          ${String(stalls.length)} stalls, of which these are the last`);
  for (const { copy, stallMs, phases } of stalls.slice(-MAX_STALLS)) {
    lines.push(`stall     ${formatMs(stallMs)}${stalls.length > 1 ? ` of ${copy}` : ""}`);
    for (const { name, fromMs, toMs, evidence } of stalls.length > MAX_WITH_PHASES ? [] : phases) {
      lines.push(`          ${name.padEnd(12)} ${formatMs(toMs - fromMs).padStart(8)}  ${evidence}`);
    }
  }
  if (run.folder !== "") lines.push(`run       ${run.folder}`);
  return lines.map((line) => wrap(line, columns, line.startsWith(" ".repeat(10)) ? 12 : 10)).join("\n");
}

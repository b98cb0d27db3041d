import type { RunState } from "./run-state.js";
import { formatBytes, formatMs, formatRate } from "./format.js";

/** The last word on a run, for people: verdict and reasons first, then the figures they rest on. */
export function summaryText(run: RunState): string {
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
  if (run.stallMs !== null) {
    lines.push(`stall     ${formatMs(run.stallMs)}`);
    for (const { name, fromMs, toMs, evidence } of run.phases) {
      lines.push(`          ${name.padEnd(12)} ${formatMs(toMs - fromMs).padStart(8)}  ${evidence}`);
    }
  }
  if (run.folder !== "") lines.push(`run       ${run.folder}`);
  return lines.join("\n");
}

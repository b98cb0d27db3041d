import type { Phase } from "../../core/event.js";
import type { PhaseReport } from "./phases.js";

/** The clocks are one and the phases are laid end to end: what is off by more than this was put together wrongly. */
export const TOLERANCE_MS = 10;

/**
 * Why the phases of a stall cannot be trusted, or nothing: they must sum to the stall, leave no hole, and the stall must
 * be the gap that the client told of when it went on. With any of these the evidence is in doubt.
 */
export function doubtsAboutPhases(report: PhaseReport, toldMs: number | undefined): string[] {
  if (report.phases === null) return [];
  const { phases, stallMs } = report;
  const sumMs = phases.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  const doubts: string[] = [];
  if (off(sumMs, stallMs)) doubts.push(`the phases sum to ${ms(sumMs)}, the stall took ${ms(stallMs)}`);
  const broken = phases.find(
    (phase, at) => phase.toMs < phase.fromMs || off(phase.fromMs, endBefore(phases, at, report)),
  );
  if (broken !== undefined) doubts.push(`phase ${broken.name} does not begin where the one before it ended`);
  if (toldMs !== undefined && off(toldMs, stallMs))
    doubts.push(`the client went on after ${ms(toldMs)}, and its list of gaps has a stall of ${ms(stallMs)}`);
  return doubts;
}

function endBefore(phases: readonly Phase[], at: number, { fromMs }: { readonly fromMs: number }): number {
  return at === 0 ? fromMs : (phases[at - 1]?.toMs ?? fromMs);
}

const off = (one: number, other: number) => !(Math.abs(one - other) <= TOLERANCE_MS);

const ms = (value: number) => `${value.toFixed(1)} ms`;

import type { Phase, PhaseName } from "../../core/event.js";

/** The moment that ends a phase, or why it is not known. */
export interface Milestone {
  readonly name: PhaseName;
  readonly atMs: number | null;
  /** What was seen and where; for an unknown moment, what is missing. */
  readonly evidence: string;
  /**
   * Whether the moment is a step of the client's way back. One that the cluster brings about and that comes later than
   * the client's next step was not waited for, so it ends no phase.
   */
  readonly by: "cluster" | "client";
}

/**
 * Lays phases end to end over a stall. The phases begin at `fromMs`, end at `toMs`, leave no hole, never overlap and
 * are never negative, so that they sum to the stall. Milestones come in the order of the phases.
 *
 * - An unknown moment ends no phase: its time goes to the next phase, whose evidence says so.
 * - A moment before its phase begins, or before the stall, makes a phase of no length; the evidence says by how much.
 * - The last milestone ends with the stall, whatever its own moment.
 */
export function layPhases(milestones: readonly Milestone[], fromMs: number, toMs: number): Phase[] {
  const phases: Phase[] = [];
  let beginsMs = fromMs;
  let merged: string[] = [];
  for (const [index, milestone] of milestones.entries()) {
    const last = index === milestones.length - 1;
    const missing = last ? undefined : whyMissing(milestone, milestones.slice(index + 1), toMs);
    if (missing !== undefined) {
      merged.push(`${milestone.name} (${missing})`);
      continue;
    }
    const seenMs = milestone.atMs ?? toMs;
    const endsMs = last ? toMs : Math.max(seenMs, beginsMs);
    const early = beginsMs - seenMs;
    phases.push({
      name: milestone.name,
      fromMs: beginsMs,
      toMs: endsMs,
      evidence: [
        milestone.evidence,
        ...(early > 0 && !last ? [`seen ${early.toFixed(1)} ms before this phase could begin`] : []),
        ...(merged.length > 0 ? [`includes ${merged.join(", ")}`] : []),
      ].join("; "),
    });
    beginsMs = endsMs;
    merged = [];
  }
  return phases;
}

function whyMissing(milestone: Milestone, later: readonly Milestone[], toMs: number): string | undefined {
  const { atMs, evidence, by } = milestone;
  if (atMs === null) return evidence;
  if (atMs > toMs) return `${evidence}, after the stall: not waited for`;
  if (by === "client") return undefined;
  const next = later.find((one) => one.by === "client" && one.atMs !== null);
  return next?.atMs != null && atMs > next.atMs
    ? `${evidence}, after the client had gone on: not waited for`
    : undefined;
}

import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import type { RunContext, Step, StepOutcome } from "../scenario.js";
import { passed } from "../scenario.js";

/** A fault of the schedule, ready to be caused. */
export interface ScheduledStep {
  readonly step: Step;
  /** Since the nemesis began. */
  readonly atMs: number;
  readonly forMs: number;
  /** How many nodes it takes out at most. */
  readonly count: number;
}

/** How often is looked whether what is waited for has come. */
const LOOK_MS = 250;

/** A cluster that has no room for the next fault for so long does not recover by itself. */
const ROOM_MS = 60_000;

/**
 * Causes the faults of a schedule in order, each at its moment and as a step of its own, and heals each when it was in
 * force for its time. What was planned is not what happens: causing and healing take time, and a node that was healed is
 * not back yet. So a fault waits until the cluster itself says that no more nodes are out than may be. Once the
 * workloads around it are over, nothing more is done: what is in force then is healed at the end of their block.
 */
export async function perform(
  schedule: readonly ScheduledStep[],
  down: number,
  context: RunContext,
): Promise<StepOutcome> {
  const { clock, faults } = context;
  context.landed();
  const beganMs = clock.now();
  const isOver = workloadsOver(context);
  const inForce: { readonly id: string; readonly untilMs: number }[] = [];
  let next = 0;
  let waitingSinceMs: number | undefined;
  const unfinished = (why: string): StepOutcome => ({
    outcome: "unknown",
    reason: `${String(next)} of ${String(schedule.length)} faults came about: ${why}`,
  });
  for (;;) {
    const due = schedule[next];
    inForce.sort((a, b) => a.untilMs - b.untilMs);
    const [oldest] = inForce;
    if (due === undefined && oldest === undefined) return passed;
    const beginMs =
      due === undefined
        ? Infinity
        : Math.max(beganMs + due.atMs, waitingSinceMs === undefined ? 0 : clock.now() + LOOK_MS);
    if (!(await reaches(Math.min(beginMs, oldest?.untilMs ?? Infinity), context, isOver))) {
      return due === undefined ? passed : unfinished("the workload ended before the next one's moment came");
    }
    if (oldest !== undefined && oldest.untilMs <= beginMs) {
      inForce.shift();
      await faults.healOf(oldest.id);
      continue;
    }
    if (due === undefined) continue;
    const crowded = await withoutRoom(due.count, down, context);
    if (crowded !== undefined) {
      waitingSinceMs ??= clock.now();
      if (clock.now() - waitingSinceMs > ROOM_MS) return unfinished(`${crowded}, ${String(ROOM_MS / 1000)} s long`);
      continue;
    }
    waitingSinceMs = undefined;
    await context.runStep(due.step, context);
    next++;
    inForce.push({ id: due.step.id, untilMs: clock.now() + due.forMs });
  }
}

/** Sleeps until the moment; false when the workloads end before. */
async function reaches(
  untilMs: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  isOver: () => boolean,
): Promise<boolean> {
  for (;;) {
    signal.throwIfAborted();
    if (isOver()) return false;
    const leftMs = untilMs - clock.now();
    if (leftMs <= 0) return true;
    await clock.sleep(Math.min(leftMs, LOOK_MS), signal);
  }
}

/** Tells whether the workloads that run now have all ended; never, where none runs. */
function workloadsOver(context: RunContext): () => boolean {
  const running = [...context.copies.values()].filter(({ state }) => state === "running");
  return () => running.length > 0 && running.every(({ state }) => state !== "running");
}

/** Why the cluster cannot do without so many nodes more; undefined when it can. */
async function withoutRoom(
  count: number,
  down: number,
  { cluster, faults, spec }: RunContext,
): Promise<string | undefined> {
  if (count === 0) return undefined;
  try {
    const { nodes, addresses } = await cluster.state();
    const disturbed = spec.nodes.filter(({ name }) => faults.disturbed.has(name)).map(({ name }) => name);
    const flagged = nodes.filter(({ flags }) => flags.length > 0).map(({ node }) => node);
    const out = [...new Set([...disturbed, ...flagged])];
    if (out.length + count > down) return `${out.join(", ")} ${out.length === 1 ? "is" : "are"} not back`;
    const unheld = addresses.find(({ node }) => node === null);
    return unheld === undefined ? undefined : `nobody holds ${unheld.address}`;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return error.message;
  }
}

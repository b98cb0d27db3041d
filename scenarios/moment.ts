import type { Mark } from "../clients/client.js";
import { joinSignals } from "../core/join-signals.js";
import type { CopyRun } from "./copy-run.js";
import { momentEvents } from "./moment-events.js";
import type { RunContext, Step, Trigger } from "./scenario.js";

/** What a client is asked to tell of the moments of a block. It goes slowly where a step shall start at once. */
export function marksOf(block: readonly Step[], size: number): Mark[] {
  return block.flatMap(({ id, when }) =>
    when?.at === undefined ? [] : [{ id, slow: when.afterMs === 0, ...markOf(when.at, size) }],
  );
}

function markOf(at: Trigger, size: number): { at: number } | { write: number } {
  if ("write" in at) return { write: at.write };
  return { at: "bytes" in at ? at.bytes : Math.floor(at.progress * size) };
}

/** Waits for the moment of a step in a workload's block: true when it has come, false when the workload was over before. */
export async function comes({ id, when }: Step, run: CopyRun, context: RunContext): Promise<boolean> {
  const on = when?.on ?? "opened";
  const begun =
    when?.at === undefined
      ? context.events.next((event) => momentEvents[on].matches(event, run.id), run.over)
      : run.reached(id);
  if (!(await begun)) return false;
  if (when === undefined || when.afterMs === 0) return true;
  try {
    using either = joinSignals(run.over, context.signal);
    await context.clock.sleep(when.afterMs, either.signal);
    return true;
  } catch (error) {
    if (run.over.aborted) return false;
    throw error;
  }
}

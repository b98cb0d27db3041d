import type { CopyRun } from "./copy-run.js";
import type { RunContext, Step } from "./scenario.js";

/** Runs the steps of a workload's block, each when its moment comes; says of each one whose moment never came. */
export async function runBlock(step: Step, run: CopyRun, context: RunContext): Promise<void> {
  const ends = step.during.map((inner) => runWhenReached(inner, run, context));
  await Promise.allSettled(ends);
  await Promise.all(ends);
}

/** The byte whose acknowledgement a step waits for. */
export function byteOf(step: Step, size: number): number {
  if (step.at === undefined) return 0;
  return "bytes" in step.at.at ? step.at.at.bytes : Math.floor(step.at.at.progress * size);
}

async function runWhenReached(step: Step, run: CopyRun, context: RunContext): Promise<void> {
  if (await run.reached(step.id)) {
    await context.runStep(step);
    return;
  }
  const title = step.verb.title(step.args as never);
  const reason = "the copy ended before this step's moment came";
  context.emit({ type: "step.finished", step: step.id, title, outcome: "unknown", reason });
}

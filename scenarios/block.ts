import type { Transfer } from "../clients/client.js";
import type { CopyRun } from "./copy-run.js";
import { comes } from "./moment.js";
import type { RunContext, Step } from "./scenario.js";

/** Runs the steps of a workload's block, each when its moment comes; says of each one whose moment never came. */
export async function runBlock(step: Step, run: CopyRun, transfer: Transfer, context: RunContext): Promise<void> {
  const ends = step.during.map((inner) => runAtItsMoment(inner, run, transfer, context));
  await Promise.allSettled(ends);
  await Promise.all(ends);
}

async function runAtItsMoment(step: Step, run: CopyRun, transfer: Transfer, context: RunContext): Promise<void> {
  const landed = () => {
    transfer.release(step.id);
  };
  if (await comes(step, run, context)) {
    try {
      await context.runStep(step, { ...context, landed });
    } finally {
      landed();
    }
    return;
  }
  const title = step.verb.title(step.args as never);
  const reason = "the copy ended before this step's moment came";
  context.emit({ type: "step.finished", step: step.id, title, outcome: "unknown", reason });
}

import { joinSignals } from "../../core/join-signals.js";
import type { RunContext, Step, StepOutcome, Verb } from "../scenario.js";
import { worst } from "../checks/finding.js";

/**
 * Steps that run at once, each with a block of its own. Its schema is that of a list of steps, and so its arguments are
 * the steps themselves: they are compiled with the scenario, and found in the step.
 */
export const parallel: Omit<Verb<unknown>, "schema"> = {
  name: "parallel",
  docs: [
    {
      form: "parallel: [steps]",
      does: "Steps that begin at once, each with a block of its own; the next step begins when all have ended.",
    },
  ],
  title: () => "steps in parallel",
  check: () => [],
  async run(_args, context, step) {
    try {
      return { outcome: worst((await atOnce(step.parallel ?? [], context)).map(({ outcome }) => outcome)) };
    } finally {
      await context.faults.healOf(step.id);
    }
  },
};

/** Runs all of them to their ends. Where the testbed breaks under one, the others are stopped: no verdict can follow. */
async function atOnce(steps: readonly Step[], context: RunContext): Promise<StepOutcome[]> {
  const broken = new AbortController();
  using either = joinSignals(context.signal, broken.signal);
  const { signal } = either;
  const outcomes: StepOutcome[] = [];
  const failures: unknown[] = [];
  const runOne = async (step: Step) => {
    try {
      outcomes.push(await context.runStep(step, { ...context, signal }));
    } catch (error) {
      // What was stopped for another's sake has failed at nothing of its own.
      if (!broken.signal.aborted) failures.push(error);
      broken.abort(error);
    }
  };
  await Promise.all(steps.map(runOne));
  context.signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return outcomes;
}

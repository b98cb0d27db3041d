import { deadline } from "../core/clock.js";
import { failureOf, ToolError } from "../core/errors.js";
import type { Verdict } from "../core/event.js";
import type { Emit } from "../core/event-log.js";
import { outcomeOfProof } from "../core/proof-outcome.js";
import type { RunContext, Step, StepOutcome } from "./scenario.js";
import type { CopyRun } from "./copy-run.js";
import { EventStream } from "./event-stream.js";
import { Faults } from "./faults.js";
import { forgetUnjudged } from "./forget-unjudged.js";
import type { Judged } from "./verdict.js";
import { verdictOf } from "./verdict.js";

/** Healing and `always` get this long, however the run ended. */
const CLEAN_UP_MS = 60_000;

/** What a run is given; the rest of what its steps may use is made here. */
export type RunParts = Omit<RunContext, "beganMs" | "copies" | "faults" | "events" | "landed" | "runStep" | "step">;

/** A run that has begun: what its steps are run in, and what was judged so far. */
export interface OpenRun {
  readonly context: RunContext;
  readonly judged: readonly Judged[];
}

/** Begins a run: from here on steps may be run in its context, by a scenario or by hand. */
export function openRun(parts: RunParts): OpenRun {
  const judged: Judged[] = [];
  const events = new EventStream();
  const emit: Emit = (event) => {
    parts.emit(event);
    events.push(event);
    if (event.type === "check.finished")
      judged.push({ what: event.check, outcome: event.outcome, reason: event.reason });
    if (event.type === "check.proven" && !event.proven)
      judged.push({ what: `${event.check} is unproven`, outcome: outcomeOfProof(event), reason: event.reason });
    // What a step says without a check of its own counts as one: a failed command, a fault that never came.
    if (event.type === "step.finished" && event.outcome !== "pass" && event.reason !== undefined) {
      judged.push({ what: event.title, outcome: event.outcome, reason: event.reason });
    }
  };
  const context: RunContext = {
    ...{ ...parts, emit, events, runStep },
    faults: new Faults(emit),
    beganMs: parts.clock.now(),
    copies: new Map<string, CopyRun>(),
    landed: () => undefined,
  };
  return { context, judged };
}

/**
 * Runs the steps in order. A step that fails does not stop the next, for what comes later may say why; a testbed that
 * breaks does, and makes the verdict unknown. Faults are healed and `always` is run in every case.
 * Throws when the run was interrupted, and at a bug of ours.
 */
export async function runScenario(parts: RunParts): Promise<Verdict> {
  const { context, judged } = openRun(parts);
  const { emit, faults } = context;
  const broken: string[] = [];
  const bugs: unknown[] = [];
  /** Runs to its end what can be run: what one part of it meets must not keep the others from healing and `always`. */
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      for (const one of error instanceof AggregateError ? (error.errors as unknown[]) : [error]) {
        const failure = failureOf(one);
        broken.push(failure.message);
        emit({ type: "failure", failure });
        if (!(one instanceof ToolError)) bugs.push(one);
      }
    }
  };
  await attempt(async () => {
    try {
      const { steps, always } = parts.scenario;
      for (const [index, step] of steps.entries()) {
        await runStep(step, context);
        forgetUnjudged(context.copies, [...steps.slice(index + 1), ...always]);
      }
    } catch (error) {
      // An interrupted step ends as it can; that it did is no news.
      if (!parts.signal.aborted) throw error;
    }
  });
  await attempt(() => faults.healAll());
  const cleanUp: RunContext = { ...context, signal: deadline(CLEAN_UP_MS) };
  for (const step of parts.scenario.always) {
    await attempt(async () => {
      await runStep(step, cleanUp);
    });
  }
  parts.signal.throwIfAborted();
  if (bugs.length > 0) throw bugs[0];
  return verdictOf(judged, broken);
}

async function runStep(step: Step, context: RunContext): Promise<StepOutcome> {
  context.signal.throwIfAborted();
  const title = step.verb.title(step.args as never);
  context.emit({ type: "step.started", step: step.id, title });
  try {
    const ended = await step.verb.run(step.args as never, { ...context, step }, step);
    const { outcome, reason } = ended;
    context.emit({ type: "step.finished", step: step.id, title, outcome, ...(reason === undefined ? {} : { reason }) });
    return ended;
  } catch (error) {
    context.emit({ type: "step.finished", step: step.id, title, outcome: "unknown", reason: failureOf(error).message });
    throw error;
  }
}

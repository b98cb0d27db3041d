import { assert, unreachable } from "../core/assert.js";
import { failureOf } from "../core/errors.js";
import type { Emit } from "../core/event-log.js";
import type { ObjectSpec } from "../topologies/objects.js";
import type { Action } from "../topologies/plan.js";
import { runGraph } from "./graph.js";
import type { Provisioner } from "./provisioner.js";

export interface ApplyOptions {
  readonly provisioner: Provisioner;
  readonly emit: Emit;
  /** `stop` for making: what is half made will be undone. `carry-on` for removing: as much as can go, goes. */
  readonly onFailure: "stop" | "carry-on";
  /** Makes one object. Absent where nothing is to be made. */
  readonly create?: (spec: ObjectSpec) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** The engine gains nothing from more at a time, and a large lab must not flood it. */
const actionsAtATime = 16;

/**
 * Carries out a plan's actions, side by side as far as they do not depend on each other. Throws the first failure, or
 * an AggregateError; actions already begun have then ended.
 */
export async function apply(actions: readonly Action[], options: ApplyOptions): Promise<void> {
  const { emit, onFailure, signal } = options;
  const work = async (action: Action) => {
    if (action.op === "keep") return;
    const { id, op } = action;
    emit({ type: "action.started", id, op });
    try {
      await carryOut(action, options);
    } catch (error) {
      emit({ type: "action.failed", id, op, failure: failureOf(error) });
      throw error;
    }
    emit({ type: "action.finished", id, op });
  };
  await runGraph(actions, work, { limit: actionsAtATime, onFailure, ...(signal && { signal }) });
}

async function carryOut(action: Action, { provisioner, create, signal }: ApplyOptions): Promise<void> {
  switch (action.op) {
    case "keep":
      return;
    case "remove":
      return provisioner.remove(action.observed, signal);
    case "create":
      assert(create, `${action.id} is to be made where nothing is`);
      return create(action.spec);
    default:
      return unreachable(action);
  }
}

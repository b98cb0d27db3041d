import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import type { ExecGate } from "./exec-gate.js";

/**
 * The engine hears of a pause from its runtime as well, and that can come after the container was let go on: for a moment it
 * then calls it paused once more and refuses commands. Who did not freeze it asks again for so long.
 */
export const PAUSED_AGAIN_MS = 1000;

/** What the engine gives for a container, which it may refuse for a moment after the container was frozen. */
export async function unlessPaused<T>(
  { name, gate, clock }: { readonly name: string; readonly gate: ExecGate; readonly clock: Clock },
  signal: AbortSignal | undefined,
  ask: () => Promise<T>,
): Promise<T> {
  let refusal: unknown;
  const attempt = async () => {
    try {
      return { value: await ask() };
    } catch (error) {
      if (gate.isFrozen(name) || !(error instanceof ToolError && error.message.includes("is paused"))) throw error;
      refusal = error;
      return undefined;
    }
  };
  const options = { clock, everyMs: 10, withinMs: PAUSED_AGAIN_MS, ...(signal ? { signal } : {}) };
  const answer = await poll(attempt, options);
  if (answer === undefined) throw refusal;
  return answer.value;
}

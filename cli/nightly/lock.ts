import { ToolError } from "../../core/errors.js";
import { withLock } from "../../core/lock.js";
import type { Owner } from "../../core/owner.js";
import { joinSignals } from "../../core/join-signals.js";

/** The name of the lock that every nightly of a state folder has. */
export function nightlyLock(stateFolder: string): string {
  return `nightly/${stateFolder}`;
}

/** Does work as the only nightly of a state folder: two at once would measure each other. */
export async function withNightlyLock<T>(stateFolder: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const refusal = new AbortController();
  const onWait = (holder: Owner | undefined) => {
    if (holder === undefined) return;
    refusal.abort(
      new ToolError({
        code: "nightly/busy",
        message: `another nightly runs already, as process ${String(holder.pid)}`,
        hint: `wait for it, or end it with \`kill ${String(holder.pid)}\``,
      }),
    );
  };
  using either = joinSignals(signal, refusal.signal);
  return await withLock(nightlyLock(stateFolder), { signal: either.signal, onWait }, work);
}

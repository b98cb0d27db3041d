import { readFileSync } from "node:fs";
import { ToolError } from "../core/errors.js";
import { joinSignals } from "../core/join-signals.js";
import { withLock } from "../core/lock.js";
import type { Owner } from "../core/owner.js";

/**
 * Runs `work` as the only command of this machine that changes the lab. While another one does, this is a ToolError
 * that names it: two people's wishes for one lab are no queue.
 */
export async function withLabLock<T>(lab: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const refusal = new AbortController();
  const onWait = (holder: Owner | undefined) => {
    if (holder) refusal.abort(busy(lab, holder));
  };
  using waiting = joinSignals(signal, refusal.signal);
  return await withLock(`lab/${lab}`, { signal: waiting.signal, onWait }, work);
}

/** Whether this says that a living command works on the lab: `gc` passes such labs by. */
export function isBusy(error: unknown): boolean {
  return error instanceof ToolError && error.failure.code === "lab/busy";
}

function busy(lab: string, { pid }: Owner): ToolError {
  return new ToolError({
    code: "lab/busy",
    message: `lab ${lab} is being worked on by process ${String(pid)}${commandLine(pid)}`,
    hint: `wait for it, or end it with \`kill ${String(pid)}\``,
  });
}

function commandLine(pid: number): string {
  try {
    const argv = readFileSync(`/proc/${String(pid)}/cmdline`, "utf8")
      .split("\0")
      .join(" ")
      .trim();
    return argv === "" ? "" : ` (${argv})`;
  } catch {
    // Gone in between, or not Linux.
    return "";
  }
}

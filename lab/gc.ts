import type { Clock } from "../core/clock.js";
import { failureOf } from "../core/errors.js";
import { type DownOptions, removeAll } from "./down.js";
import { type LabState, labsOf } from "./list.js";
import { isBusy, withLabLock } from "./lock.js";

export interface GcOptions extends DownOptions {
  readonly clock: Clock;
  /** Also takes incomplete or unkept labs of other hosts' owners, whom nobody here can judge, from this age on. */
  readonly olderThanMs?: number;
}

export interface Swept {
  readonly lab: string;
  readonly objects: number;
  /** Why it was taken. */
  readonly reason: string;
}

/** Removes what dead owners left: labs half made, and labs that were to go with their maker. */
export async function gc(options: GcOptions): Promise<Swept[]> {
  const { provisioner, clock, signal, olderThanMs } = options;
  const swept: Swept[] = [];
  const failures: unknown[] = [];
  for (const state of labsOf(await provisioner.observe({}, signal))) {
    const { lab } = state;
    // Who lives and needs its lock must not find it taken by somebody who only looks.
    if (garbageReason(state, clock.now(), olderThanMs) === undefined) continue;
    try {
      const one = await withLabLock(lab, signal, () => sweep(lab, options));
      if (one) swept.push(one);
    } catch (error) {
      signal?.throwIfAborted();
      // Somebody works on it: it is in good hands.
      if (!isBusy(error)) failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, "several labs could not be removed");
  return swept;
}

/**
 * As `gc`, for a command that wants something else: what cannot be removed is told and stays, for it is in no other lab's
 * way. An engine that does not answer is found out by what comes next.
 */
export async function gcBeforehand(options: GcOptions): Promise<void> {
  try {
    await gc(options);
  } catch (error) {
    options.signal?.throwIfAborted();
    const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    const why = errors.map((one) => failureOf(one).message).join("; ");
    const text = `not all that killed commands left could be removed: ${why}; \`plugfest gc\` tries again`;
    options.emit({ type: "note", level: "warning", text });
  }
}

/** Looks again, now that nobody else can work on the lab, and removes it if it is garbage. */
async function sweep(lab: string, options: GcOptions): Promise<Swept | undefined> {
  const { provisioner, clock, signal, olderThanMs } = options;
  const objects = await provisioner.observe({ lab }, signal);
  const [state] = labsOf(objects);
  const reason = state && garbageReason(state, clock.now(), olderThanMs);
  if (reason === undefined) return undefined;
  return { lab, objects: await removeAll(lab, objects, options), reason };
}

/** Why a lab is garbage, or undefined when it is not. */
export function garbageReason(state: LabState, nowMs: number, olderThanMs?: number): string | undefined {
  if (state.keep && state.complete) return undefined;
  const what = state.complete ? "it belonged to a run" : "it is half made";
  switch (state.ownerState) {
    case "alive":
      return undefined;
    case "dead":
      return `${what}, and its owner (process ${String(state.owner.pid)}) is gone`;
    case "unknown": {
      const old = olderThanMs !== undefined && nowMs - state.createdMs >= olderThanMs;
      return old ? `${what}, by ${state.owner.host}, and nothing was made in it for long` : undefined;
    }
  }
}

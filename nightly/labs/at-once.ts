import { areApart } from "../../topologies/subnets.js";
import { memoryOf } from "./night-lab.js";
import type { NightLab } from "./night-lab.js";

/** How many labs may be at once, and what they may take together. */
export interface Room {
  readonly labs: number;
  /** Null where it is not known: then labs are one after another. */
  readonly memoryBytes: number | null;
}

/** Whether a lab may be made beside those that are there. One that is alone is made, however much it takes. */
export function hasRoom(lab: NightLab, there: readonly NightLab[], { labs, memoryBytes }: Room): boolean {
  if (there.length === 0) return true;
  if (there.length >= labs || memoryBytes === null) return false;
  const taken = [lab, ...there].reduce((sum, { spec }) => sum + memoryOf(spec), 0);
  return taken <= memoryBytes && there.every(({ spec }) => areApart(spec, lab.spec));
}

/**
 * Works on labs, as many at once as there is room for, in their order: one that has to wait lets those after it pass. Each
 * has a signal that aborts when the work on another one fails; then all are waited for, and that failure is thrown.
 */
export async function atOnce(
  labs: readonly NightLab[],
  room: Room,
  work: (lab: NightLab, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const waiting = [...labs];
  const there = new Map<NightLab, Promise<void>>();
  const failed = new AbortController();
  const begin = async (lab: NightLab) => {
    try {
      await work(lab, failed.signal);
    } catch (error) {
      failed.abort(error);
    }
    there.delete(lab);
  };
  for (;;) {
    let next = 0;
    while (!failed.signal.aborted && next >= 0) {
      next = waiting.findIndex((lab) => hasRoom(lab, [...there.keys()], room));
      for (const lab of next < 0 ? [] : waiting.splice(next, 1)) there.set(lab, begin(lab));
    }
    if (there.size === 0) break;
    await Promise.race(there.values());
  }
  failed.signal.throwIfAborted();
}

/** How long labs take that are made as `atOnce` makes them, each as long as is told. */
export function lasting(labs: readonly NightLab[], room: Room, ms: (lab: NightLab) => number): number {
  const waiting = [...labs];
  let there: { readonly lab: NightLab; readonly untilMs: number }[] = [];
  let nowMs = 0;
  for (;;) {
    const present = there.map(({ lab }) => lab);
    const next = waiting.findIndex((lab) => hasRoom(lab, present, room));
    const [lab] = next < 0 ? [] : waiting.splice(next, 1);
    if (lab !== undefined) {
      there.push({ lab, untilMs: nowMs + ms(lab) });
      continue;
    }
    if (there.length === 0) return nowMs;
    const earliest = Math.min(...there.map(({ untilMs }) => untilMs));
    nowMs = earliest;
    there = there.filter(({ untilMs }) => untilMs > earliest);
  }
}

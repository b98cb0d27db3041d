import type { Range } from "../../core/duration-range.js";
import { drawsFrom } from "./draws.js";
import type { Takes } from "./takes.js";
import { countOf } from "./takes.js";

/** What a nemesis may do. */
export interface Declaration {
  readonly overMs: number;
  /** From the begin of one fault to that of the next. */
  readonly every: Range;
  /** From the begin of a fault to its healing. */
  readonly lasting: Range;
  /** How many nodes may be out at once. */
  readonly down: number;
  /** What each of the declared faults takes. */
  readonly faults: readonly Takes[];
}

export interface PlannedFault {
  /** Since the nemesis began. */
  readonly atMs: number;
  readonly forMs: number;
  /** Which of the declared faults. */
  readonly fault: number;
  /** The node that was drawn for `any`; null where none was wanted. */
  readonly node: string | null;
}

/**
 * Draws a schedule of faults. A pure function: the same declaration, nodes and seed give the same schedule. Each fault
 * begins and is healed within the declared time and lasts as long as declared, but for the last one, which the end may
 * cut short to the least; one that would take too many nodes down waits for a healing.
 */
export function planFaults(declaration: Declaration, nodes: readonly string[], seed: string): PlannedFault[] {
  const { overMs, every, lasting, faults } = declaration;
  const draws = drawsFrom(seed);
  const plan: PlannedFault[] = [];
  for (let wishedMs = draws.within(every); ;) {
    const fault = draws.below(faults.length);
    const takes = faults[fault];
    if (takes === undefined) return plan;
    const wishedForMs = draws.within(lasting);
    const { atMs, free } = earliest(takes, wishedMs, plan, declaration, nodes);
    const forMs = Math.min(wishedForMs, overMs - atMs);
    if (forMs < lasting.least) return plan;
    plan.push({ atMs, forMs, fault, node: takes.drawn ? (free[draws.below(free.length)] ?? null) : null });
    wishedMs = atMs + draws.within(every);
  }
}

/** The first moment from `fromMs` on at which a fault finds room, and the nodes that may be drawn for it then. */
function earliest(
  takes: Takes,
  fromMs: number,
  plan: readonly PlannedFault[],
  { down, faults }: Declaration,
  nodes: readonly string[],
): { readonly atMs: number; readonly free: readonly string[] } {
  for (let atMs = fromMs; ;) {
    const inForce = plan.filter((one) => one.atMs <= atMs && atMs < one.atMs + one.forMs);
    const taken = inForce.flatMap(({ fault, node }) => [
      ...(faults[fault]?.named ?? []),
      ...(node === null ? [] : [node]),
    ]);
    const free = nodes.filter((node) => !taken.includes(node) && !takes.named.includes(node));
    const out = inForce.reduce((sum, { fault }) => sum + countOf(faults[fault] ?? nothing), 0);
    const fits = out + countOf(takes) <= down && !takes.named.some((node) => taken.includes(node));
    if (fits && (!takes.drawn || free.length > 0)) return { atMs, free };
    if (inForce.length === 0) throw new Error("a fault was declared that never finds room");
    atMs = Math.min(...inForce.map((one) => one.atMs + one.forMs));
  }
}

const nothing: Takes = { named: [], drawn: false, unknown: false };

import { type Owner, ownerState } from "../core/owner.js";
import type { ObservedObject } from "../topologies/objects.js";

/** A lab as `ls` shows it: folded from what exists. */
export interface LabState {
  readonly lab: string;
  /** True when it was made completely: its marker exists. */
  readonly complete: boolean;
  /** True for a lab of `up`, which outlives its maker. */
  readonly keep: boolean;
  readonly owner: Owner;
  readonly ownerState: ReturnType<typeof ownerState>;
  readonly createdMs: number;
  /** The topology's file on its maker's machine; empty where nobody said. */
  readonly source: string;
  readonly machines: readonly { readonly node: string; readonly state: string; readonly reason: string }[];
  readonly objects: readonly ObservedObject[];
}

/** Labs by name. Of several owners (a node was made again later) the youngest living one, else the youngest, counts. */
export function labsOf(
  observed: readonly ObservedObject[],
  judge: (owner: Owner) => OwnerState = ownerState,
): LabState[] {
  const byLab = new Map<string, ObservedObject[]>();
  for (const object of observed) byLab.set(object.lab, [...(byLab.get(object.lab) ?? []), object]);
  return [...byLab.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([lab, objects]) => ({ lab, ...summary(objects, judge) }));
}

export type OwnerState = "alive" | "dead" | "unknown";

function summary(objects: readonly ObservedObject[], judge: (owner: Owner) => OwnerState): Omit<LabState, "lab"> {
  const rank: readonly OwnerState[] = ["alive", "unknown", "dead"];
  const [first] = objects
    .map(({ stamp, createdMs }) => ({ owner: stamp.owner, ownerState: judge(stamp.owner), createdMs }))
    .sort((a, b) => rank.indexOf(a.ownerState) - rank.indexOf(b.ownerState) || b.createdMs - a.createdMs);
  if (first === undefined) throw new Error("a lab without objects");
  const machines = objects.filter(({ kind }) => kind === "machine").sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    complete: objects.some(({ kind }) => kind === "marker"),
    keep: objects.every(({ stamp }) => stamp.keep),
    owner: first.owner,
    ownerState: first.ownerState,
    source: objects.find(({ kind }) => kind === "marker")?.stamp.source ?? "",
    createdMs: Math.max(...objects.map(({ createdMs }) => createdMs)),
    machines: machines.map(({ id, state, stateReason }) => ({ node: nameIn(id), state, reason: stateReason })),
    objects,
  };
}

/** `node1` of `node/node1`. */
export function nameIn(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}

import { assert } from "../core/assert.js";
import { specHash } from "../core/hash.js";
import type { ObjectSpec, ObservedObject } from "./objects.js";

/** One thing to do. An object that is made again has two: its old self goes, as `node/node1 (old)`, and it comes. */
export type Action = ActionBase &
  (
    | { readonly op: "keep"; readonly spec: ObjectSpec; readonly observed: ObservedObject }
    | { readonly op: "create"; readonly spec: ObjectSpec }
    | { readonly op: "remove"; readonly observed: ObservedObject }
  );

interface ActionBase {
  /** Unique in its plan. */
  readonly id: string;
  /** For people: `it stopped: Exited (137)`. */
  readonly reason: string;
  /** Ids of actions that come before this one. */
  readonly dependsOn: readonly string[];
}

export interface Plan {
  /** In an order that honours `dependsOn`. */
  readonly actions: readonly Action[];
}

/**
 * What has to happen so that what exists becomes what should exist, and nothing more. `plan([], observed)` removes all.
 *
 * First goes what has to go, then comes what has to come: a new network may want the addresses of an old one. The
 * marker goes before everything else and comes after it, so that a lab whose change was cut off is a lab without one.
 * Objects of other labs are none of this plan's business.
 */
export function plan(desired: readonly ObjectSpec[], observed: readonly ObservedObject[]): Plan {
  const lab = desired[0]?.lab ?? observed[0]?.lab;
  assert(
    desired.every((spec) => spec.lab === lab),
    "a plan is about one lab",
  );
  const own = observed.filter((object) => object.lab === lab);
  const decisions = decide(inOrder(desired), own);
  const kept = new Set(decisions.map(({ keep }) => keep));
  const wanted = new Map(decisions.map(({ spec, reason }) => [spec.id, reason]));
  const leaving = own.filter((object) => !kept.has(object)).map((object) => removal(object, wanted));
  const removals = leavingInOrder(uniquelyNamed(leaving));
  const gone = removals.map(({ id }) => id);
  return { actions: [...removals, ...decisions.map((decision) => arrival(decision, gone))] };
}

interface Decision {
  readonly spec: ObjectSpec;
  /** The observed object that may stay, if there is one. */
  readonly keep: ObservedObject | undefined;
  readonly reason: string;
}

function decide(specs: readonly ObjectSpec[], observed: readonly ObservedObject[]): Decision[] {
  const decisions = new Map<string, Decision>();
  for (const spec of specs.filter(({ kind }) => kind !== "marker")) {
    decisions.set(spec.id, judge(spec, observed, decisions));
  }
  const kept = new Set([...decisions.values()].map(({ keep }) => keep));
  const isChanging = kept.has(undefined) || observed.some((each) => each.kind !== "marker" && !kept.has(each));
  for (const spec of specs.filter(({ kind }) => kind === "marker")) {
    const exists = observed.some(({ id }) => id === spec.id);
    const renewed = { spec, keep: undefined, reason: "the lab changes" };
    decisions.set(spec.id, exists && isChanging ? renewed : judge(spec, observed, decisions));
  }
  return [...decisions.values()];
}

/** Whether an object may stay, after what it depends on was judged. */
function judge(spec: ObjectSpec, observed: readonly ObservedObject[], judged: ReadonlyMap<string, Decision>): Decision {
  const found = observed.filter(({ id }) => id === spec.id);
  if (found.length === 0) return { spec, keep: undefined, reason: "it does not exist" };
  const hash = specHash(spec);
  const same = found.filter((object) => object.kind === spec.kind && object.specHash === hash);
  if (same.length === 0) return { spec, keep: undefined, reason: "what it should be has changed" };
  const running = same.find(({ state }) => state === "ready");
  if (running === undefined) return { spec, keep: undefined, reason: `it stopped: ${same[0]?.stateReason ?? ""}` };
  const renewed = spec.dependsOn.find((id) => judged.has(id) && judged.get(id)?.keep === undefined);
  if (renewed !== undefined) return { spec, keep: undefined, reason: `${renewed} is made anew` };
  return { spec, keep: running, reason: "it is as it should be" };
}

type Removal = Action & { readonly op: "remove" };

function removal(observed: ObservedObject, wanted: ReadonlyMap<string, string>): Removal {
  const reason = wanted.get(observed.id);
  const base = { op: "remove", observed, dependsOn: [] } as const;
  if (reason === undefined) return { ...base, id: observed.id, reason: "nothing asks for it" };
  return {
    ...base,
    id: `${observed.id} (old)`,
    reason: reason === "it is as it should be" ? "there is another" : reason,
  };
}

/** An engine may hold two objects that claim to be the same: each has an action of its own. */
function uniquelyNamed(removals: readonly Removal[]): Removal[] {
  const seen = new Map<string, number>();
  return removals.map((each) => {
    const count = (seen.get(each.id) ?? 0) + 1;
    seen.set(each.id, count);
    return count === 1 ? each : { ...each, id: `${each.id} #${String(count)}` };
  });
}

const isClient = ({ id }: ObservedObject) => id.startsWith("client/");

const leavingOrder: readonly ((object: ObservedObject) => boolean)[] = [
  ({ kind }) => kind === "marker",
  (object) => object.kind === "machine" && isClient(object),
  (object) => object.kind === "machine" && !isClient(object),
  ({ kind }) => kind === "network" || kind === "volume",
];

/**
 * The marker goes first, and networks and volumes when no machine uses them any more. Clients go before their servers: a
 * kernel that waits for a server which does not come back does not let go of the container that mounts it.
 */
function leavingInOrder(removals: readonly Removal[]): Removal[] {
  let before: string[] = [];
  return leavingOrder.flatMap((isOf) => {
    const group = removals.filter(({ observed }) => isOf(observed));
    const ordered = group.map((each) => ({ ...each, dependsOn: before }));
    if (group.length > 0) before = [...before, ...group.map(({ id }) => id)];
    return ordered;
  });
}

function arrival({ spec, keep, reason }: Decision, gone: readonly string[]): Action {
  const base = { id: spec.id, spec, reason };
  if (keep !== undefined) return { ...base, op: "keep", observed: keep, dependsOn: [] };
  return { ...base, op: "create", dependsOn: [...gone, ...spec.dependsOn] };
}

/** What others depend on first; else in the order given, so that a plan's text does not change without reason. */
function inOrder(specs: readonly ObjectSpec[]): ObjectSpec[] {
  const waiting = new Map(specs.map((spec) => [spec.id, spec]));
  assert(waiting.size === specs.length, "two objects have the same id");
  const ordered: ObjectSpec[] = [];
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter((spec) => !spec.dependsOn.some((id) => waiting.has(id)));
    assert(free.length > 0, `these objects depend on each other: ${[...waiting.keys()].join(", ")}`);
    ordered.push(...free);
    for (const spec of free) waiting.delete(spec.id);
  }
  return ordered;
}

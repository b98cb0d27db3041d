import { resolve } from "node:path";
import { renderNode } from "../cluster/render.js";
import { type Clock, deadline } from "../core/clock.js";
import { ToolError, failureOf } from "../core/errors.js";
import type { EventBody } from "../core/event.js";
import type { Emit } from "../core/event-log.js";
import { ownOwner } from "../core/owner.js";
import { apply } from "../provisioners/apply.js";
import type { Provisioner } from "../provisioners/provisioner.js";
import type { ObjectSpec, ObservedObject, Stamp } from "../topologies/objects.js";
import { type Action, type Plan, plan } from "../topologies/plan.js";
import type { LabSpec } from "../topologies/spec.js";
import { type OccupiedSubnet, clashes } from "../topologies/subnets.js";
import { type ImageTags, desiredObjects } from "./desired.js";
import { removeAll } from "./down.js";
import { nameIn } from "./list.js";
import { withLabLock } from "./lock.js";
import { mend } from "./mend.js";
import { awaitReady } from "./ready.js";
import { labSecrets } from "./secrets.js";

export interface UpOptions {
  readonly provisioner: Provisioner;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Makes sure that the lab's images exist, and names them. */
  readonly ensureImages: (lab: LabSpec, signal?: AbortSignal) => Promise<ImageTags>;
  /** Waits until the lab is ready; given where machines are not real. */
  readonly awaitReady?: (lab: LabSpec, options: UpOptions) => Promise<void>;
  /** True for a lab that is to outlive this process. */
  readonly keep: boolean;
  readonly version: string;
  /** Leaves what a failed `up` made, for people to look at. */
  readonly keepOnFailure?: boolean;
  /** Called when `up` fails, before what it made is removed: to save logs. */
  readonly onFailure?: (error: unknown) => Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Makes a lab exist and waits until it is ready; one that exists is looked at and kept. When this fails or is aborted,
 * what it made is removed again, and nothing else. The marker is made last: no marker, no lab.
 */
export async function up(lab: LabSpec, options: UpOptions): Promise<void> {
  await withLabLock(lab.name, options.signal, () => upLocked(lab, options));
}

/** What `up` would do. */
export async function plannedUp(
  lab: LabSpec,
  { provisioner, images, signal }: Pick<UpOptions, "provisioner" | "signal"> & { readonly images: ImageTags },
): Promise<Plan> {
  const observed = await provisioner.observe({ lab: lab.name }, signal);
  return plan(desiredObjects(lab, images, renderNode(lab)), observed);
}

/** As `up`, for a caller that holds the lab's lock. */
export async function upLocked(lab: LabSpec, options: UpOptions): Promise<void> {
  const { provisioner, clock, emit, signal } = options;
  const startMs = clock.now();
  const made = new Set<string>();
  try {
    const [observed, occupied, images] = await Promise.all([
      provisioner.observe({ lab: lab.name }, signal),
      provisioner.occupiedSubnets(signal),
      options.ensureImages(lab, signal),
    ]);
    refuseClashes(lab, occupied);
    const secrets = await labSecrets(provisioner, lab.name, observed);
    const stamp: Stamp = {
      ...{ lab: lab.name, owner: ownOwner(), keep: options.keep, version: options.version },
      source: resolve(lab.source),
    };
    const create = async (spec: ObjectSpec) => {
      made.add(spec.id);
      await provisioner.create(spec, stamp, secrets, signal);
    };
    const wanted = plan(desiredObjects(lab, images, renderNode(lab)), observed);
    emit(planReady(wanted));
    const how = { provisioner, emit, create, onFailure: "stop", ...(signal && { signal }) } as const;
    await apply(
      wanted.actions.filter((action) => !makesMarker(action)),
      how,
    );
    if (observed.some(({ kind }) => kind === "marker")) await mend(lab, keptMachines(wanted), options);
    await (options.awaitReady ?? awaitReady)(lab, options);
    await apply(wanted.actions.filter(makesMarker), how);
    emit({ type: "lab.ready", lab: lab.name, afterMs: clock.now() - startMs });
  } catch (error) {
    await options.onFailure?.(error);
    if (options.keepOnFailure !== true) await undo(lab.name, made, options);
    throw error;
  }
}

/** Machines of a lab that was there before. */
function keptMachines({ actions }: Plan): ReadonlySet<string> {
  return new Set(actions.flatMap(({ op, id }) => (op === "keep" ? [nameIn(id)] : [])));
}

/** The marker says that the lab was ready: it waits for that. */
function makesMarker(action: Action): boolean {
  return action.op === "create" && action.spec.kind === "marker";
}

function planReady({ actions }: Plan): EventBody {
  const count = (which: Action["op"]) => actions.filter(({ op }) => op === which).length;
  return {
    type: "plan.ready",
    creates: count("create"),
    keeps: count("keep"),
    removes: count("remove"),
    actions: actions.map(({ id, op, reason }) => ({ id, op, reason })),
  };
}

function refuseClashes(lab: LabSpec, occupied: readonly OccupiedSubnet[]): void {
  const found = clashes(lab, occupied);
  if (found.length === 0) return;
  const list = found.map(({ network, subnet, with: other }) => {
    const whose = other.lab === undefined ? other.name : `lab ${other.lab}`;
    return `network ${network} (${subnet}) overlaps ${other.subnet} of ${whose}`;
  });
  const [other] = found.flatMap(({ with: { lab: name } }) => (name === undefined ? [] : [name]));
  throw new ToolError({
    code: "network/subnet-in-use",
    message: `lab ${lab.name} cannot have its addresses: ${list.join("; ")}`,
    hint: `choose other subnets in ${lab.source}${other === undefined ? "" : `, or remove the other lab: \`plugfest down ${other}\``}`,
  });
}

/** Removes what this `up` made, with a deadline of its own: the signal of `up` may be why we are here. */
async function undo(lab: string, made: ReadonlySet<string>, { provisioner, emit }: UpOptions): Promise<void> {
  if (made.size === 0) return;
  const signal = deadline(60_000);
  try {
    const only = ({ id }: ObservedObject) => made.has(id);
    await removeAll(lab, (await provisioner.observe({ lab }, signal)).filter(only), {
      provisioner,
      emit,
      signal,
      only,
    });
  } catch (error) {
    emit({ type: "failure", failure: failureOf(error) });
    emit({
      type: "note",
      level: "warning",
      text: `something of lab ${lab} is left; \`plugfest down ${lab}\` removes it`,
    });
  }
}

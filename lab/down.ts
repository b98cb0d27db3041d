import type { Emit } from "../core/event-log.js";
import { apply } from "../provisioners/apply.js";
import type { Provisioner } from "../provisioners/provisioner.js";
import type { ObservedObject } from "../topologies/objects.js";
import { plan } from "../topologies/plan.js";
import { withLabLock } from "./lock.js";

export interface DownOptions {
  readonly provisioner: Provisioner;
  readonly emit: Emit;
  readonly signal?: AbortSignal;
}

/** Removes everything a lab consists of; a lab that does not exist is removed already. Gives the number of objects. */
export async function down(lab: string, options: DownOptions): Promise<number> {
  const { provisioner, signal } = options;
  return withLabLock(lab, signal, async () => removeAll(lab, await provisioner.observe({ lab }, signal), options));
}

/**
 * Removes objects of one lab, and looks again until nothing is left: a request that a killed command had sent may be
 * carried out by the engine after its death. The caller holds the lab's lock.
 */
export async function removeAll(
  lab: string,
  objects: readonly ObservedObject[],
  { provisioner, emit, signal, only = () => true }: RemoveOptions,
): Promise<number> {
  let [count, others] = [0, 0];
  for (let left = objects; left.length > 0;) {
    const { actions } = plan([], left);
    await apply(actions, { provisioner, emit, onFailure: "carry-on", ...(signal && { signal }) });
    count += left.length;
    const found = await provisioner.observe({ lab }, signal);
    left = found.filter(only);
    others = found.length - left.length;
  }
  if (others > 0) {
    const text = `what was made now for lab ${lab} is removed again (objects: ${String(count)}); the rest of it stays`;
    emit({ type: "note", level: "info", text });
  } else if (count > 0) emit({ type: "lab.removed", lab, objects: count });
  return count;
}

export interface RemoveOptions extends DownOptions {
  /** Which of the lab's objects are to go; all of them, if not told. */
  readonly only?: (object: ObservedObject) => boolean;
}

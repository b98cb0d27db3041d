import { deadline } from "../../core/clock.js";
import type { Clock } from "../../core/clock.js";
import { failureOf, ToolError } from "../../core/errors.js";
import { removeAll } from "../../lab/down.js";
import { labsOf } from "../../lab/list.js";
import { withLabLock } from "../../lab/lock.js";
import { awaitReady } from "../../lab/ready.js";
import type { LabSpec } from "../../topologies/spec.js";
import type { Opened } from "../open.js";

const REMOVE_MS = 120_000;

/**
 * What keeps a lab from being used for the next run, in words; undefined when nothing does, or when there is none. CTDB's
 * word alone is not enough: a node that was frozen first tells what it knew before.
 */
export async function whyNotReady(
  { provisioner }: Opened,
  spec: LabSpec,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string | undefined> {
  if ((await provisioner.observe({ lab: spec.name }, signal)).length === 0) return undefined;
  try {
    await awaitReady(spec, { provisioner, clock, emit: () => undefined, signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return failureOf(error).message;
  }
}

/** Removes a lab that was made for runs of this command; one of the user's stays. Says whether it is gone. */
export async function removeUnlessKept({ provisioner }: Opened, { name: lab }: LabSpec): Promise<boolean> {
  // With a deadline of its own, for an interrupt may be why it is removed.
  const signal = deadline(REMOVE_MS);
  return withLabLock(lab, signal, async () => {
    const objects = await provisioner.observe({ lab }, signal);
    if (labsOf(objects)[0]?.keep === true) return false;
    if (objects.length > 0) await removeAll(lab, objects, { provisioner, emit: () => undefined, signal });
    return true;
  });
}

import { clusterOf } from "../../cluster/verbs.js";
import { deadline } from "../../core/clock.js";
import type { Clock } from "../../core/clock.js";
import { failureOf, ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import { removeAll } from "../../lab/down.js";
import { labsOf } from "../../lab/list.js";
import { withLabLock } from "../../lab/lock.js";
import { unhealthy } from "../../scenarios/unhealthy.js";
import type { LabSpec } from "../../topologies/spec.js";
import type { Opened } from "../open.js";

/** A cluster that a run left on its way to health gets this long. */
const SETTLE_MS = 30_000;
const REMOVE_MS = 120_000;

/** What keeps a lab from being used for the next run, in words; undefined when nothing does, or when there is none. */
export async function whyNotHealthy(
  { provisioner }: Opened,
  spec: LabSpec,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string | undefined> {
  if ((await provisioner.observe({ lab: spec.name }, signal)).length === 0) return undefined;
  const cluster = clusterOf(spec.nodes, (node) => provisioner.connect(spec.name, node));
  let wrong = "";
  const healthy = async () => {
    try {
      wrong = unhealthy(await cluster.state());
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      wrong = failureOf(error).message;
    }
    return wrong === "" ? true : undefined;
  };
  const found = await poll(healthy, { clock, everyMs: 500, withinMs: SETTLE_MS, signal });
  return found === undefined ? wrong : undefined;
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

import type Docker from "dockerode";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { poll } from "../../core/poll.js";
import type { ObservedObject } from "../../topologies/objects.js";
import { request, requestOrAbsent, statusOf } from "./errors.js";
import { labelFilter, nameOf } from "./labels.js";

/** Kills and removes in one request, without grace: nothing in a lab needs saving. */
export async function removeContainer(docker: Docker, clock: Clock, object: ObservedObject, signal?: AbortSignal) {
  const container = docker.getContainer(object.ref);
  const what = `remove container ${nameOf(object)}`;
  const abort = signal ? { abortSignal: signal } : {};
  const outcome = await requestOrAbsent(what, signal, () => tryToRemove(container));
  if (outcome === undefined || outcome === "removed") return;
  let last: Outcome = outcome;
  if (last === "held") await thaw(docker, object.lab, signal);
  const gone = await poll(
    async () => {
      // What could not be killed must be killed once more.
      if (last === "held") last = (await requestOrAbsent(what, signal, () => tryToRemove(container))) ?? "removed";
      if (last === "removed") return true;
      return (await requestOrAbsent(what, signal, () => container.inspect(abort))) ? undefined : true;
    },
    { clock, everyMs: 50, withinMs: 60_000, ...(signal ? { signal } : {}) },
  );
  if (gone) return;
  if (last === "held") throw heldByKernel(what, object);
  throw new ToolError({
    code: "engine/removal-stuck",
    message: `could not ${what}: its removal began earlier and does not end`,
    hint: "the engine's log tells why; restarting the engine ends it",
  });
}

/** `going`: somebody else removes it. `held`: a process of it does not end, for the kernel waits for something in it. */
type Outcome = "removed" | "going" | "held";

async function tryToRemove(container: Docker.Container): Promise<Outcome> {
  try {
    await container.remove({ force: true, v: true });
    return "removed";
  } catch (error) {
    if (statusOf(error) === 409) return "going";
    // The daemon's own words (moby, daemon/kill.go).
    if (error instanceof Error && error.message.includes("did not receive an exit event")) return "held";
    throw error;
  }
}

/** A mount does not let go of a process before its server has answered, and servers of the lab that are frozen do not. */
async function thaw(docker: Docker, lab: string, signal?: AbortSignal): Promise<void> {
  const filters = { label: labelFilter(lab), status: ["paused"] };
  const frozen = await request("list containers", signal, () => docker.listContainers({ filters }));
  for (const { Id, Names } of frozen) {
    await requestOrAbsent(`let ${Names[0] ?? Id} go on`, signal, () => goOn(docker.getContainer(Id)));
  }
}

async function goOn(container: Docker.Container): Promise<void> {
  try {
    await container.unpause();
  } catch (error) {
    // Somebody else let it go on, or ended it.
    if (statusOf(error) !== 409 && !(error instanceof Error && error.message.includes("is not paused"))) throw error;
  }
}

function heldByKernel(what: string, { lab }: ObservedObject): ToolError {
  return new ToolError({
    code: "engine/held-by-kernel",
    message: `could not ${what}: this host's kernel holds on to a process of it, as it does while a mount waits for its server`,
    hint: `let a node of ${lab} answer again (docker unpause, docker start), then do this once more; else only a reboot ends it`,
  });
}

import type Docker from "dockerode";
import type { Clock } from "../../core/clock.js";
import { poll } from "../../core/poll.js";
import type { Power } from "../provisioner.js";
import { request } from "./errors.js";
import type { ExecGate } from "./exec-gate.js";
import { nameOf } from "./labels.js";

const words: Readonly<Record<Power, string>> = {
  on: "give power to",
  off: "take the power of",
  frozen: "freeze",
};

/**
 * A container's power: killed and started, or held by the freezer of its control group. A killed container keeps its
 * files and gives up its network, and with that all that was done to its links.
 */
export async function setPower(
  { docker, clock, gate }: { docker: Docker; clock: Clock; gate: ExecGate },
  lab: string,
  node: string,
  to: Power,
): Promise<void> {
  const name = nameOf({ lab, id: node });
  const container = docker.getContainer(name);
  const what = `${words[to]} ${node} of ${lab}`;
  await request(what, undefined, async () => {
    const { State } = await container.inspect();
    const now: Power = State.Paused ? "frozen" : State.Running ? "on" : "off";
    if (now === to) return;
    if (to === "frozen") await gate.freeze(name, clock, () => freeze(container, clock));
    else if (to === "off") await kill(container);
    else if (now === "frozen") await container.unpause();
    else await container.start();
    if (to !== "frozen") gate.goesOn(name);
  });
}

/**
 * A process in the middle of a system call that cannot be interrupted is not frozen, and then the engine lets the others
 * go on and says so (runc, freezer of cgroups v1). A moment later it is another matter.
 */
async function freeze(container: Docker.Container, clock: Clock): Promise<void> {
  let refusal: unknown;
  const attempt = async () => {
    try {
      await container.pause();
      return true;
    } catch (error) {
      if (!(error instanceof Error && error.message.includes("unable to freeze"))) throw error;
      refusal = error;
      return undefined;
    }
  };
  if ((await poll(attempt, { clock, everyMs: 20, withinMs: 10_000 })) !== true) throw refusal;
}

/** Returns when it is dead: until then it still answers. */
async function kill(container: Docker.Container): Promise<void> {
  await container.kill();
  await container.wait();
}

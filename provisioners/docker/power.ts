import type Docker from "dockerode";
import type { Clock } from "../../core/clock.js";
import { poll } from "../../core/poll.js";
import type { Power } from "../provisioner.js";
import { request } from "./errors.js";
import type { ExecGate } from "./exec-gate.js";
import { nameOf } from "./labels.js";
import { PAUSED_AGAIN_MS } from "./unless-paused.js";

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
    const now = await powerOf(container, gate.isFrozen(name), clock);
    if (now !== to) {
      if (to === "frozen") await gate.freeze(name, clock, () => freeze(container, clock));
      else if (to === "off") await kill(container);
      else if (now === "frozen") await letGoOn(container, clock);
      else await container.start();
    }
    if (to !== "frozen") gate.goesOn(name);
  });
}

/**
 * The engine sets this when it is asked for it, and once more when the event of it arrives, which may be after the next
 * request (moby, daemon/monitor.go: ProcessEvent). So it is asked again for a moment where it says otherwise than what was
 * done here, and then believed.
 */
async function powerOf(container: Docker.Container, isFrozen: boolean, clock: Clock): Promise<Power> {
  const look = async (): Promise<Power> => {
    const { State } = await container.inspect();
    return State.Paused ? "frozen" : State.Running ? "on" : "off";
  };
  const asDone = async () => {
    const now = await look();
    return (now === "frozen") === isFrozen ? now : undefined;
  };
  return (await poll(asDone, { clock, everyMs: 20, withinMs: PAUSED_AGAIN_MS })) ?? look();
}

/**
 * A process in the middle of a system call that cannot be interrupted is not frozen, and then the engine lets the others
 * go on and says so (runc, freezer of cgroups v1). A moment later it is another matter, as it is where a late event makes
 * the engine believe that it is frozen still.
 */
function freeze(container: Docker.Container, clock: Clock): Promise<void> {
  return untilTaken(() => container.pause(), /unable to freeze|already paused/, clock);
}

/** A late event makes the engine believe that it is not frozen yet. */
function letGoOn(container: Docker.Container, clock: Clock): Promise<void> {
  return untilTaken(() => container.unpause(), /not paused/, clock);
}

/** Asks again while the engine refuses in such words, for 10 s. */
async function untilTaken(ask: () => Promise<unknown>, refused: RegExp, clock: Clock): Promise<void> {
  let refusal: unknown;
  const attempt = async () => {
    try {
      await ask();
      return true;
    } catch (error) {
      if (!(error instanceof Error && refused.test(error.message))) throw error;
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

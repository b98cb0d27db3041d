import type Docker from "dockerode";
import { expect, test } from "vitest";
import { fakeClock } from "../../core/clock.js";
import { ExecGate } from "./exec-gate.js";
import { setPower } from "./power.js";

/**
 * A container that is frozen or not, and an engine whose word about that is wrong for as many requests after each change:
 * an event that comes late cannot be had at will from a real one.
 */
function container(wrongFor: number) {
  let frozen = false;
  let wrong = 0;
  const said = () => (wrong > 0 ? (wrong--, !frozen) : frozen);
  const to = (next: boolean, refusal: string) => () => {
    if (said() === next) return Promise.reject(new Error(`Container x is ${refusal}`));
    frozen = next;
    wrong = wrongFor;
    return Promise.resolve();
  };
  const one = {
    inspect: () => Promise.resolve({ State: { Paused: said(), Running: true } }),
    pause: to(true, "already paused"),
    unpause: to(false, "not paused"),
  };
  const docker = { getContainer: () => one } as unknown as Docker;
  return { docker, isFrozen: () => frozen };
}

test.each([0, 1, 2, 3, 10])(
  "is what it was set to, though the engine is wrong about it for %d requests",
  async (wrongFor) => {
    const { docker, isFrozen } = container(wrongFor);
    const clock = fakeClock();
    const parts = { docker, clock, gate: new ExecGate() };
    for (const to of ["frozen", "on", "frozen", "frozen", "on", "on"] as const) {
      await setPower(parts, "lab", "node1", to);
      expect(isFrozen()).toBe(to === "frozen");
    }
    expect(clock.now()).toBeLessThan(5000);
  },
);

test("is let go on by another process than froze it", async () => {
  const { docker, isFrozen } = container(0);
  const clock = fakeClock();
  await setPower({ docker, clock, gate: new ExecGate() }, "lab", "node1", "frozen");
  await setPower({ docker, clock, gate: new ExecGate() }, "lab", "node1", "on");
  expect(isFrozen()).toBe(false);
});

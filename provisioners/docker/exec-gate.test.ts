import type Docker from "dockerode";
import { describe, expect, test } from "vitest";
import { fakeClock } from "../../core/clock.js";
import { ExecGate } from "./exec-gate.js";

/** A command of which the engine tells this, one answer after the other. */
function command(...answers: { Pid: number; ExitCode: number | null }[]): Docker.Exec {
  const inspect = () => Promise.resolve(answers.length > 1 ? answers.shift() : answers[0]);
  return { inspect } as unknown as Docker.Exec;
}
const begun = { Pid: 0, ExitCode: null };

describe("a container is frozen", () => {
  test.each([
    ["runs", { Pid: 7, ExitCode: null }],
    ["has ended", { Pid: 0, ExitCode: 0 }],
  ])("not before a command that was begun in it %s", async (_what, then) => {
    const gate = new ExecGate();
    const exec = command(begun, begun, then);
    await gate.start("node1", exec, () => Promise.resolve());
    const clock = fakeClock();
    await gate.freeze("node1", clock, () => Promise.resolve());
    expect(clock.now()).toBe(10);
  });

  test("not while the engine starts a command for good: that is told", async () => {
    const gate = new ExecGate();
    await gate.start("node1", command(begun), () => Promise.resolve());
    let frozen = false;
    const freezing = gate.freeze("node1", fakeClock(), () => {
      frozen = true;
      return Promise.resolve();
    });
    await expect(freezing).rejects.toMatchObject({ failure: { code: "remote/lost" } });
    expect(frozen).toBe(false);
  });

  test("at once where commands are those of another, have ended, or could not be begun", async () => {
    const gate = new ExecGate();
    const ended = command(begun);
    await gate.start("node2", command(begun), () => Promise.resolve());
    await gate.start("node1", ended, () => Promise.resolve());
    gate.ended("node1", ended);
    await expect(gate.start("node1", command(begun), () => Promise.reject(new Error("refused")))).rejects.toThrow();
    const clock = fakeClock();
    await gate.freeze("node1", clock, () => Promise.resolve());
    expect(clock.now()).toBe(0);
  });

  test("as soon as the engine refuses a command that it was to start", async () => {
    const gate = new ExecGate();
    const clock = fakeClock();
    let refuse: () => void = () => undefined;
    const refused = new Promise<void>((_, reject) => {
      refuse = () => {
        reject(new Error("is paused"));
      };
    });
    const inspect = () => {
      refuse();
      return Promise.resolve(begun);
    };
    const starting = gate.start("node1", { inspect } as unknown as Docker.Exec, () => refused);
    await Promise.all([expect(starting).rejects.toThrow(), gate.freeze("node1", clock, () => Promise.resolve())]);
    expect(clock.now()).toBeLessThan(100);
  });

  test("before commands start that come meanwhile", async () => {
    const gate = new ExecGate();
    const order: string[] = [];
    const freezing = gate.freeze("node1", fakeClock(), async () => {
      await Promise.resolve();
      order.push("frozen");
    });
    const starting = gate.start("node1", command(begun), () => Promise.resolve(order.push("started")));
    await Promise.all([freezing, starting]);
    expect(order).toEqual(["frozen", "started"]);
  });
});

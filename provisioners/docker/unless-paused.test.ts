import { expect, test } from "vitest";
import { fakeClock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { ExecGate } from "./exec-gate.js";
import { unlessPaused } from "./unless-paused.js";

const paused = () => new ToolError({ code: "engine/conflict", message: "could not run true: Container n is paused" });

/** Asks an engine that refuses so often. */
function asking(gate: ExecGate, refusals: number, refusal: () => Error = paused) {
  const clock = fakeClock();
  let asked = 0;
  const answer = unlessPaused({ name: "n", gate, clock }, undefined, () =>
    asked++ < refusals ? Promise.reject(refusal()) : Promise.resolve("begun"),
  );
  return { answer, clock, asked: () => asked };
}

test("an engine that still calls a container paused is asked again, for a second", async () => {
  const soon = asking(new ExecGate(), 3);
  expect(await soon.answer).toBe("begun");
  expect(soon.clock.now()).toBe(30);
  await expect(asking(new ExecGate(), Infinity).answer).rejects.toThrow("is paused");
});

test("where it was frozen here, or for another reason, it is not asked again", async () => {
  const gate = new ExecGate();
  await gate.freeze("n", fakeClock(), () => Promise.resolve());
  const frozen = asking(gate, 1);
  await expect(frozen.answer).rejects.toThrow("is paused");
  expect(frozen.asked()).toBe(1);
  gate.goesOn("n");
  expect(await asking(gate, 1).answer).toBe("begun");
  const gone = asking(gate, 1, () => new ToolError({ code: "engine/missing", message: "no such container" }));
  await expect(gone.answer).rejects.toThrow("no such container");
  expect(gone.asked()).toBe(1);
});

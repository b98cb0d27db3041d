import { describe, expect, it } from "vitest";
import { Faults } from "./faults.js";
import type { EventBody } from "../core/event.js";

function recorded() {
  const healed: string[] = [];
  const events: EventBody[] = [];
  const faults = new Faults((event) => events.push(event));
  const open = (name: string, step = "steps.0", heal = () => Promise.resolve()) => {
    faults.opened({
      name,
      step,
      nodes: ["node1"],
      heal: () => heal().then(() => void healed.push(name)),
    });
  };
  return { faults, healed, events, open };
}

describe("faults", () => {
  it("of a block are healed from the newest to the oldest, and no others", async () => {
    const { faults, healed, open, events } = recorded();
    open("disable", "steps.1");
    open("stop", "steps.0.during.0");
    open("crash", "steps.01");
    open("cut", "steps.0.during.1.2");
    await faults.healOf("steps.0");
    expect(healed).toEqual(["cut", "stop"]);
    expect(events.map((event) => event.type)).toEqual(["fault.healed", "fault.healed"]);
    await faults.healAll();
    expect(healed).toEqual(["cut", "stop", "crash", "disable"]);
  });

  it("are healed on the nodes that were asked for, and on no others", async () => {
    const { faults, healed, open, events } = recorded();
    open("disable");
    faults.opened({ name: "cut", step: "steps.1", nodes: ["node2", "laptop"], heal: () => Promise.resolve() });
    open("freeze");
    await faults.healOn(["node1", "node3"]);
    expect(healed).toEqual(["freeze", "disable"]);
    expect([...faults.disturbed]).toEqual(["node2", "laptop"]);
    await faults.healOn(["laptop"]);
    expect(events.at(-1)).toEqual({ type: "fault.healed", fault: "cut", nodes: ["node2", "laptop"] });
  });

  it("are all healed even when one cannot be, and the failure is told", async () => {
    const { faults, healed, open } = recorded();
    open("disable");
    open("stop", "steps.0", () => Promise.reject(new Error("node is gone")));
    await expect(faults.healAll()).rejects.toThrow("node is gone");
    expect(healed).toEqual(["disable"]);
  });

  it("that cannot be healed are tried again at the end of the run", async () => {
    const { faults, healed, open } = recorded();
    let tries = 0;
    open("stop", "steps.0", () => (++tries === 1 ? Promise.reject(new Error("busy")) : Promise.resolve()));
    await expect(faults.healAll()).rejects.toThrow("busy");
    await faults.healAll();
    expect(healed).toEqual(["stop"]);
  });

  it("need no healing once a step undid them", async () => {
    const { faults, healed, open } = recorded();
    open("disable");
    faults.closed("disable", ["node1", "node2"]);
    await faults.healAll();
    expect(healed).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { Faults } from "./faults.js";
import type { EventBody } from "../core/event.js";

function recorded() {
  const healed: string[] = [];
  const events: EventBody[] = [];
  const faults = new Faults((event) => events.push(event));
  const open = (name: string, heal = () => Promise.resolve()) => {
    faults.opened({
      name,
      step: `step of ${name}`,
      nodes: ["node1"],
      heal: () => heal().then(() => void healed.push(name)),
    });
  };
  return { faults, healed, events, open };
}

describe("faults", () => {
  it("are healed from the newest back to the beginning of their block, and not beyond", async () => {
    const { faults, healed, open, events } = recorded();
    open("disable");
    const depth = faults.depth;
    open("stop");
    open("cut");
    await faults.healTo(depth);
    expect(healed).toEqual(["cut", "stop"]);
    expect(events.map((event) => event.type)).toEqual(["fault.healed", "fault.healed"]);
    await faults.healTo(0);
    expect(healed).toEqual(["cut", "stop", "disable"]);
  });

  it("are all healed even when one cannot be, and the failure is told", async () => {
    const { faults, healed, open } = recorded();
    open("disable");
    open("stop", () => Promise.reject(new Error("node is gone")));
    await expect(faults.healTo(0)).rejects.toThrow("node is gone");
    expect(healed).toEqual(["disable"]);
  });

  it("that cannot be healed are tried again at the end of the run", async () => {
    const { faults, healed, open } = recorded();
    let tries = 0;
    open("stop", () => (++tries === 1 ? Promise.reject(new Error("busy")) : Promise.resolve()));
    await expect(faults.healTo(0)).rejects.toThrow("busy");
    await faults.healTo(0);
    expect(healed).toEqual(["stop"]);
  });

  it("need no healing once a step undid them", async () => {
    const { faults, healed, open } = recorded();
    open("disable");
    faults.closed("disable", ["node1", "node2"]);
    await faults.healTo(0);
    expect(healed).toEqual([]);
  });
});

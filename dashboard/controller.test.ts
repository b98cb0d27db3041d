import { describe, expect, it } from "vitest";
import { fakeClock } from "../core/clock.js";
import { Controller } from "./controller.js";
import type { Command } from "./keys.js";
import { recorded } from "./recorded.fixture.js";
import { followSource } from "./source/follow.js";
import type { Steering } from "./steering.js";

/** A controller in the midst of the recorded copy, with a lab that only notes what it is asked for. */
function controller(change: Partial<Steering> = {}) {
  const asked: string[] = [];
  const upToFault = recorded.slice(
    0,
    recorded.findIndex(({ type }) => type === "fault.started"),
  );
  const source = followSource({ read: () => upToFault, clock: fakeClock(0), mode: "steer", judge: () => "alive" });
  source.poll();
  const steering: Steering = {
    act: (action, node) => Promise.resolve(void asked.push(`${action} ${node}`)),
    copies: ["small", "large"],
    startCopy: (at) => void asked.push(`copy ${String(at)}`),
    scenarios: ["redmond-failover"],
    startScenario: (at) => Promise.resolve(void asked.push(`scenario ${String(at)}`)),
    logs: () => Promise.resolve(Array.from({ length: 100 }, (_, at) => `line ${String(at)}`)),
    shell: (node) => Promise.resolve(void asked.push(`shell ${node}`)),
    save: () => ["saved as x.yaml"],
    ...change,
  };
  const it = new Controller({
    ...{ source, steering, changed: () => undefined },
    leave: (how) => void asked.push(how),
    lend: async (work) => {
      asked.push("lend");
      await work();
    },
  });
  const obey = (...commands: Command[]) => {
    for (const command of commands) it.obey(command);
  };
  return { it, obey, asked };
}

describe("keys in a lab", () => {
  it("ask before they take something away, and do nothing when the answer is no", () => {
    const { it: controlled, obey, asked } = controller();
    obey({ do: "select-at", at: 2 }, { do: "act", action: "disable" });
    expect(controlled.ui.overlay).toMatchObject({
      is: "confirm",
      title: "disable node3",
      consequences: ["10.24.2.101 moves to node1 or node2", expect.stringContaining("laptop is hit") as string],
    });
    obey({ do: "close" });
    expect(asked).toEqual([]);
    obey({ do: "act", action: "disable" }, { do: "yes" });
    expect(asked).toEqual(["disable node3"]);
    expect(controlled.ui.overlay.is).toBe("nothing");
  });

  it("give back at once, and choose copies and scenarios from lists", () => {
    const { obey, asked } = controller();
    obey({ do: "act", action: "enable" });
    obey({ do: "copy" }, { do: "select", by: 1 }, { do: "select", by: 1 }, { do: "choose" });
    obey({ do: "scenario" }, { do: "choose" });
    expect(asked).toEqual(["enable node1", "copy 1", "scenario 0"]);
  });

  it("lend the terminal to a shell, page through logs, and tell where something was saved", async () => {
    const { it: controlled, obey, asked } = controller();
    obey({ do: "shell" });
    await Promise.resolve();
    expect(asked).toEqual(["lend", "shell node1"]);
    obey({ do: "logs" });
    await Promise.resolve();
    await Promise.resolve();
    expect(controlled.ui.overlay).toMatchObject({ is: "log", title: "log of node1", back: 0 });
    obey({ do: "select", by: -15 }, { do: "select", by: 5 });
    expect(controlled.ui.overlay).toMatchObject({ back: 10 });
    obey({ do: "save" });
    expect(controlled.ui.overlay).toEqual({ is: "told", lines: ["saved as x.yaml"] });
  });

  it("tell what is refused", async () => {
    const { it: controlled, obey } = controller({ act: () => Promise.reject(new Error("a copy is running")) });
    obey({ do: "act", action: "enable" });
    await Promise.resolve();
    await Promise.resolve();
    expect(controlled.ui.overlay).toEqual({ is: "told", lines: ["a copy is running"] });
  });

  it("select a node, no further than there are some, and filter the events", () => {
    const { it: controlled, obey } = controller();
    obey({ do: "select", by: 1 }, { do: "select", by: 1 }, { do: "select", by: 1 });
    expect(controlled.ui.selected).toBe(2);
    obey({ do: "filter" });
    expect(controlled.ui.filter).toBe("copy");
    for (let at = 0; at < 7; at++) obey({ do: "filter" });
    expect(controlled.ui.filter).toBe("all");
  });
});

import { describe, expect, it } from "vitest";
import type { TransferOutcome } from "../../clients/client.js";
import type { EventBody } from "../../core/event.js";
import { spec } from "../../lab/lab.fixture.js";
import { fakeRun } from "../fake-lab.fixture.js";
import { checkScenario, readScenario } from "../load.js";
import { HandSession } from "./session.js";

const result = { bytes: 1000, seconds: 1, md5: "m", sha256: "s", mismatch: null, gaps: [] };

/** A session in a lab without machines; `end` ends the copy that is running. */
function sitting() {
  let end: (outcome: TransferOutcome) => void = () => undefined;
  const ended = new Promise<TransferOutcome>((resolve) => (end = resolve));
  const run = fakeRun("steps:\n  - enable: all\n", { ends: () => ended });
  const { parts } = run;
  const seen: ((event: EventBody) => void)[] = [];
  const session = new HandSession({
    ...parts,
    topology: "./lab.yaml",
    emit: (event) => {
      parts.emit(event);
      for (const tell of seen) tell(event);
    },
  });
  const until = (matches: (event: EventBody) => boolean) =>
    run.events.some(matches)
      ? Promise.resolve()
      : new Promise<void>((resolve) => {
          seen.push((event) => {
            if (matches(event)) resolve();
          });
        });
  return {
    ...run,
    session,
    until,
    end: () => {
      end({ ok: true, result });
    },
  };
}

const copy = { from: "laptop", share: "dvd", size: "1kB" };

describe("a session by hand", () => {
  it("runs steps as scenarios do, and heals what is in force at its end", async () => {
    const { session, calls, events } = sitting();
    await session.act("disable", "node2", "node2");
    expect(calls).toEqual(["disable node2"]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "fault.started", fault: "disable", nodes: ["node2"] }),
    );
    await session.close();
    expect(calls).toEqual(["disable node2", "enable node2"]);
  });

  it("heals on a node what it caused there, and says when there is nothing", async () => {
    const { session, calls } = sitting();
    await session.act("freeze", "node1", "node1");
    expect(await session.heal("node2")).toBe(false);
    expect(await session.heal("node1")).toBe(true);
    expect(calls).toEqual(["power node1 frozen", "power node1 on"]);
    expect(await session.heal("node1")).toBe(false);
    expect(session.text()).toContain("  - freeze: node1\n  - heal: node1\n");
    await session.close();
  });

  it("hits a copy with a fault that is then evidence of that copy, and reads it back from everywhere", async () => {
    const { session, calls, events, until, end } = sitting();
    session.startCopy(copy);
    await until(({ type }) => type === "copy.opened");
    await session.act("disable", "node1", "node1");
    end();
    await until((event) => event.type === "check.finished");
    expect(events).toContainEqual(expect.objectContaining({ type: "fault.started", serving: true }));
    expect(events).toContainEqual(
      expect.objectContaining({ type: "check.finished", check: "hand1: content", outcome: "pass" }),
    );
    expect(calls.indexOf("enable node1")).toBeLessThan(calls.indexOf("read back from node1"));
    expect(await session.close()).toEqual({ outcome: "pass", reasons: [] });
  });

  it("is saved as a scenario that means the node that serves, and that this lab can run", async () => {
    const { session, until, end } = sitting();
    session.startCopy({ ...copy, rate: "1MiB" });
    await until(({ type }) => type === "copy.opened");
    await session.act("disable", "node1", "node1");
    await session.act("cut", "node2/public", "node2");
    end();
    await until((event) => event.type === "check.finished");
    await session.act("enable", "node1", "node1");
    const text = session.text();
    expect(text).toContain("copy: { id: hand1, from: laptop, to: dvd/hand1.bin, size: 1kB, rate: 1MiB }");
    expect(text).toMatch(/at: \{ copy: hand1, bytes: \d+B \}\n {8}disable: serving\(hand1\)/);
    expect(text).toContain("cut: serving(hand1)/public");
    expect(text).toMatch(/expect: \{ copy: hand1, content: identical, failovers: \d+/);
    expect(text).toMatch(/ {2}- enable: all\n/);
    expect(checkScenario(readScenario("saved.yaml", text), spec)).toEqual([]);
    await session.close();
  });

  it("runs one copy at a time, and none beside a scenario", async () => {
    const { session, until, end } = sitting();
    session.startCopy(copy);
    await until(({ type }) => type === "copy.opened");
    expect(() => {
      session.startCopy(copy);
    }).toThrow("hand1 is still running");
    end();
    await session.close();
  });

  it("runs a scenario that fits the lab, says what came of it, and refuses one that does not", async () => {
    const { session, events, until } = sitting();
    const load = (steps: string) => readScenario("mine.yaml", `name: mine\ntopology: sim\nsteps:\n${steps}`);
    expect(() => {
      session.startScenario(load("  - disable: node9\n"));
    }).toThrow("mine does not fit this lab: steps[0].disable: no node");
    session.startScenario(load("  - expect: { cluster: healthy }\n"));
    await expect(session.act("disable", "node1", "node1")).rejects.toThrow("mine is running");
    await until(({ type }) => type === "note");
    expect(events).toContainEqual({ type: "note", level: "info", text: "mine: pass" });
    await session.close();
  });

  it("tells what breaks, goes on, and gives no verdict then", async () => {
    const run = fakeRun("steps:\n  - enable: all\n", { disable: () => Promise.reject(new Error("no answer")) });
    const { parts } = run;
    const session = new HandSession({ ...parts, topology: "sim" });
    await expect(session.act("disable", "node1", "node1")).rejects.toThrow("no answer");
    await session.act("disable", "node1", "node1").catch(() => undefined);
    expect((await session.close()).outcome).toBe("unknown");
    expect(run.events.filter(({ type }) => type === "failure")).toHaveLength(2);
  });
});

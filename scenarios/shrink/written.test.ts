import { describe, expect, it } from "vitest";
import { fakeClock } from "../../core/clock.js";
import type { Event, EventBody } from "../../core/event.js";
import { spec } from "../../lab/lab.fixture.js";
import { fakeRun } from "../fake-lab.fixture.js";
import { checkScenario, readScenario } from "../load.js";
import { hasNemesis } from "../nemesis/has-nemesis.js";
import { runScenario } from "../run.js";
import { failedIn, recordedFaults } from "./recorded.js";
import { writeSchedule } from "./written.js";

const drawn = `name: sim
topology: sim
steps:
  # once a node was stopped, a command fails
  - nemesis: { over: 40s, every: 2s..4s, lasting: 1s..2s, faults: [{ disable: any }, { ban: { nodes: any, for: 5s } }, { stop: node2 }] }
  - exec: { on: node1, run: judge }
`;

/** Runs a scenario in a lab that goes wrong when a node was stopped; gives the events of its log and what was done, when. */
async function play(text: string) {
  const clock = fakeClock(5_000.25);
  const events: Event[] = [];
  const done: string[] = [];
  const { parts, calls } = fakeRun(text.slice(text.indexOf("steps:")), {
    clock,
    exec: () => ({ exit: calls.some((call) => call.startsWith("stop")) ? 1 : 0, stdout: "", stderr: "broken" }),
  });
  const emit = (body: EventBody) => {
    events.push({ v: 1, seq: events.length, atMs: clock.now(), ...body });
    const told = body.type === "fault.injected" || body.type === "fault.healed";
    if (told) done.push(`${String(Math.floor(clock.now()))} ${body.type} ${body.fault} ${body.nodes.join()}`);
  };
  await runScenario({ ...parts, emit });
  return { events, done };
}

const head = { topology: "sim", remarks: [] };

describe("a schedule that is written out", () => {
  it("does what was recorded, at the same moments", async () => {
    const original = await play(drawn);
    const all = recordedFaults(original.events);
    expect(all.length).toBeGreaterThan(6);
    const text = writeSchedule(readScenario("mine.yaml", drawn).source, { all, kept: all }, head);
    expect(checkScenario(readScenario("shrunk.yaml", text), spec)).toEqual([]);
    expect((await play(text)).done).toEqual(original.done);
  });

  it("can be shrunk further, and is then a part of itself", async () => {
    const all = recordedFaults((await play(drawn)).events);
    const first = writeSchedule(readScenario("mine.yaml", drawn).source, { all, kept: all.slice(0, 3) }, head);
    const again = recordedFaults((await play(first)).events);
    const [, second, third] = again;
    const text = writeSchedule(readScenario("a.yaml", first).source, { all: again, kept: again.slice(1) }, head);
    expect(recordedFaults((await play(text)).events).map(({ title, atMs }) => [title, atMs])).toEqual(
      [second, third].map((one) => [one?.title, one?.atMs]),
    );
  });

  it("has the faults of nemeses wherever these stand, each its own", () => {
    const nemesis = (fault: string) =>
      `{ after: 1s, nemesis: { over: 9s, every: 1s..2s, lasting: 300ms..900ms, faults: [{ ${fault}: any }] } }`;
    const copy = (id: string, fault: string) =>
      `      - copy: { id: ${id}, from: laptop, to: dvd/${id}, size: 1kB }\n        during: [${nemesis(fault)}]\n`;
    const text = `name: sim\ntopology: sim\nsteps:\n  - parallel:\n${copy("one", "disable")}${copy("two", "stop")}`;
    const { source, scenario } = readScenario("mine.yaml", text);
    expect(hasNemesis(scenario)).toBe(true);
    const planned = ["steps.0.parallel.0.during.0", "steps.0.parallel.1.during.0"].map((step, index): Event => {
      const fault = {
        step: `${step}.0`,
        title: "",
        atMs: 1000,
        forMs: 500,
        fault: 0,
        node: `node${String(index + 1)}`,
      };
      return { v: 1, seq: index, atMs: 0, type: "nemesis.planned", step, seed: "7", faults: [fault] };
    });
    const begun = planned.map((event): Event => {
      const step = event.type === "nemesis.planned" ? (event.faults[0]?.step ?? "") : "";
      return { ...{ v: 1, seq: 2, atMs: 0, type: "step.started" }, step, title: "" };
    });
    const all = recordedFaults([...planned, ...begun]);
    const written = writeSchedule(source, { all, kept: all.slice(1) }, head);
    const shrunk = readScenario("shrunk.yaml", written);
    expect(checkScenario(shrunk, spec)).toEqual([]);
    const schedules = (shrunk.scenario.steps[0]?.parallel ?? []).map(({ during }) => during[0]?.args);
    expect(schedules).toMatchObject([{ schedule: [] }, { schedule: [{ after: 1000, for: 500, stop: "node2" }] }]);
  });

  it("keeps the rest of the file, and says what its author wants said", () => {
    const text = writeSchedule(
      readScenario("mine.yaml", drawn).source,
      { all: [], kept: [] },
      { topology: "./lab.yaml", remarks: ["Shrunk."] },
    );
    expect(text.split("\n").slice(0, 5)).toEqual(["# Shrunk.", "", "name: sim", "topology: ./lab.yaml", "steps:"]);
    expect(text).toContain("# once a node was stopped, a command fails");
  });

  it("is empty where nothing is left, and still a scenario", async () => {
    const all = recordedFaults((await play(drawn)).events);
    const text = writeSchedule(readScenario("mine.yaml", drawn).source, { all, kept: [] }, head);
    expect(checkScenario(readScenario("shrunk.yaml", text), spec)).toEqual([]);
    expect((await play(text)).done).toEqual([]);
  });
});

describe("what a run recorded", () => {
  it("has the faults that were begun, and no other", async () => {
    const { events } = await play(drawn);
    const until = events.findIndex((event) => event.type === "step.started" && event.step === "steps.0.3");
    expect(recordedFaults(events.slice(0, until))).toHaveLength(3);
  });

  it("has what failed, by name", async () => {
    expect([...failedIn((await play(drawn)).events)]).toEqual(["exec on node1: judge"]);
    const check = (name: string, outcome: "pass" | "fail" | "unknown"): Event => ({
      ...{ v: 1, seq: 0, atMs: 0, type: "check.finished", check: name, outcome, reason: "" },
    });
    expect([...failedIn([check("a", "pass"), check("b", "fail"), check("c", "unknown")])]).toEqual(["b"]);
  });
});

import { describe, expect, it } from "vitest";
import { InterruptedError, ToolError } from "../core/errors.js";
import { fakeRun } from "./fake-lab.fixture.js";
import { runScenario } from "./run.js";

const copy = (id: string) => `      - copy: { id: ${id}, from: laptop, to: dvd/${id}.iso, size: 1kB }\n`;
const block = (id: string, step: string) =>
  `        during:\n          - at: { copy: ${id}, progress: 40% }\n            ${step}\n`;
const never = () => new Promise<never>(() => undefined);

describe("steps in parallel", () => {
  it("run at once, each with its own events, and the next step comes after all of them", async () => {
    const { parts, calls, events } = fakeRun(
      `steps:\n  - parallel:\n${copy("a")}${block("a", "disable: node2")}${copy("b")}  - exec: { on: node1, run: last }\n`,
    );
    await runScenario(parts);
    const started = events.flatMap((event) => (event.type === "copy.started" ? [event.copy] : []));
    expect(started).toEqual(["a", "b"]);
    const steps = events.flatMap((event) => (event.type === "step.finished" ? [event.step] : []));
    expect(steps).toEqual(expect.arrayContaining(["steps.0.parallel.0", "steps.0.parallel.1", "steps.0"]));
    expect(calls.at(-1)).toBe("exec node1 last");
  });

  it("heal the faults of their own block only, and at the end what the steps themselves caused", async () => {
    const { parts, calls } = fakeRun(
      `steps:\n  - parallel:\n${copy("a")}${block("a", "stop: node2")}      - disable: node1\n  - exec: { on: node1, run: last }\n`,
    );
    await runScenario(parts);
    expect(calls.indexOf("continue node2")).toBeLessThan(calls.indexOf("enable node1"));
    expect(calls.indexOf("enable node1")).toBeLessThan(calls.indexOf("exec node1 last"));
  });

  it("are stopped when the testbed breaks under one of them, and only that is told", async () => {
    const { parts, calls } = fakeRun(`steps:\n  - parallel:\n${copy("a")}      - exec: { on: node1, run: broken }\n`, {
      exec: () => Promise.reject(new ToolError({ code: "remote/lost", message: "node1 hangs" })),
      ends: never,
    });
    const { outcome, reasons } = await runScenario(parts);
    expect(outcome).toBe("unknown");
    expect(reasons.filter((reason) => reason.startsWith("testbed:"))).toEqual(["testbed: node1 hangs"]);
    expect(calls).toContain("stop copy");
  });

  it("are stopped when the run is interrupted", async () => {
    const { parts, calls, interrupt } = fakeRun(
      `steps:\n  - parallel:\n${copy("a")}${copy("b")}${block("b", "exec: { on: node1, run: x }")}`,
      {
        ends: never,
        exec: () => {
          interrupt.abort(new InterruptedError("SIGINT"));
          return { exit: 0, stdout: "", stderr: "" };
        },
      },
    );
    await expect(runScenario(parts)).rejects.toThrow("interrupted by SIGINT");
    expect(calls.filter((call) => call === "stop copy")).toHaveLength(2);
  });
});

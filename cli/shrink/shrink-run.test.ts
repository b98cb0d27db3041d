import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeClock } from "../../core/clock.js";
import { InterruptedError, ToolError } from "../../core/errors.js";
import type { Event, EventBody, Verdict } from "../../core/event.js";
import { readScenario } from "../../scenarios/load.js";
import type { RecordedFault } from "../../scenarios/shrink/recorded.js";
import { failedRun } from "./failed-run.js";
import { shrinkRun } from "./shrink-run.js";
import type { ShrinkWishes } from "./shrink-run.js";

const text = `name: rough
topology: redmond
steps:
  - nemesis: { over: 30s, every: 2s, faults: [{ disable: any }, { stop: any }, { freeze: any }] }
  - expect: { cluster: healthy }
`;
const verbs = ["disable", "stop", "freeze"];
const faults = [2, 0, 2, 2, 1, 2].map((fault, index): RecordedFault => {
  const node = `node${String((index % 3) + 1)}`;
  const title = `${verbs[fault] ?? ""} ${node}`;
  return {
    nemesis: "steps.0",
    step: `steps.0.${String(index)}`,
    title,
    atMs: 2000 * (index + 1),
    forMs: 500,
    fault,
    node,
  };
});
const fail: Verdict = { outcome: "fail", reasons: ["cluster: node1 is Banned"] };
const pass: Verdict = { outcome: "pass", reasons: [] };

let folder: string;
const events: Event[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plugfest-shrink-"));
  events.length = 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const line = (body: EventBody) => `${JSON.stringify({ v: 1, seq: 0, atMs: 0, ...body })}\n`;
const saying = (check: string) => line({ type: "check.finished", check, outcome: "fail", reason: "" });

/** Shrinks in a world whose runs come out as `world` says of the words of their schedule. */
function shrunk(world: (schedule: string, run: number) => Verdict | Promise<Verdict>, check = "cluster", limit = 40) {
  let runs = 0;
  const perform: ShrinkWishes["perform"] = async (written, file, place) => {
    const { scenario } = readScenario(file, written);
    const verdict = await world(JSON.stringify(scenario.steps[0]?.args), ++runs);
    writeFileSync(join(place, "events.jsonl"), verdict.outcome === "fail" ? saying(check) : "");
    return verdict;
  };
  return shrinkRun({
    run: {
      request: {
        scenario: "sources/scenario.yaml",
        topology: "sources/topology.yaml",
        seed: "0a".repeat(16),
        size: "4MB",
      },
      ...{ faults, failed: new Set(["cluster"]) },
    },
    ...{ folder, limit, perform, source: readScenario("rough.yaml", text).source, cwd: folder },
    ...{ watch: (event) => events.push(event), clock: fakeClock() },
  });
}
const both = (schedule: string) => (schedule.includes("disable") && schedule.includes("stop") ? fail : pass);
const finished = () => events.findLast((event) => event.type === "shrink.finished");

describe("shrinking a run", () => {
  it("leaves a scenario of the two faults that it takes, which says how it is run", async () => {
    expect(await shrunk(both)).toBe(join(folder, "shrunk.yaml"));
    expect(readFileSync(join(folder, "shrunk.yaml"), "utf8"))
      .toBe(`# 2 of the 6 faults of a run in which this failed: cluster
# plugfest run ./shrunk.yaml --seed ${"0a".repeat(16)} --size 4MB

name: rough
topology: ./sources/topology.yaml
steps:
  - nemesis:
      schedule:
        - { after: 4s, for: 0.5s, disable: node2 }
        - { after: 10s, for: 0.5s, stop: node2 }
  - expect: { cluster: healthy }
`);
    expect(finished()).toMatchObject({ faults: ["disable node2", "stop node2"], of: 6, minimal: true });
    expect(readdirSync(join(folder, "shrink")).length).toBe(1 + (finished()?.runs ?? 0));
  });

  it("takes no other failure for the same", async () => {
    expect(await shrunk(both, "dvd: content")).toBeNull();
    expect(finished()).toMatchObject({ file: null, runs: 2 });
    expect(events.find((event) => event.type === "shrink.tried")).toMatchObject({
      ...{ outcome: "unknown", reasons: ["something else failed: cluster: node1 is Banned"] },
    });
  });

  it("takes a testbed that broke for nothing, and asks again", async () => {
    const broken = (schedule: string, run: number) => {
      if (run === 3) throw new ToolError({ code: "remote/timeout", message: "node1 hangs" });
      return both(schedule);
    };
    await shrunk(broken);
    expect(finished()).toMatchObject({ faults: ["disable node2", "stop node2"] });
    const [third, fourth] = events.filter((event) => event.type === "shrink.trying").slice(2);
    expect(fourth).toMatchObject({ faults: third?.faults });
  });

  it("that is interrupted leaves the best so far, and tells", async () => {
    const interrupted = (schedule: string, run: number) => {
      if (run === 4) throw new InterruptedError("SIGINT");
      return both(schedule);
    };
    await expect(shrunk(interrupted)).rejects.toThrow("interrupted by SIGINT");
    const seen = readScenario("shrunk.yaml", readFileSync(join(folder, "shrunk.yaml"), "utf8"));
    expect((seen.scenario.steps[0]?.args as { schedule: unknown[] }).schedule.length).toBeLessThanOrEqual(6);
    expect(finished()).toMatchObject({ minimal: false, file: join(folder, "shrunk.yaml") });
  });

  it("of a failure that does not come back leaves nothing, not even an earlier result", async () => {
    await shrunk(both);
    expect(await shrunk(() => pass)).toBeNull();
    expect(existsSync(join(folder, "shrunk.yaml"))).toBe(false);
  });

  it("ends when it has made as many runs as it may", async () => {
    await shrunk(both, "cluster", 2);
    expect(finished()).toMatchObject({ runs: 2, minimal: false });
  });
});

describe("a run that cannot be shrunk", () => {
  const recorded = (...bodies: EventBody[]) => {
    writeFileSync(join(folder, "events.jsonl"), bodies.map(line).join(""));
    const request = { scenario: "sources/scenario.yaml", topology: "sources/topology.yaml", seed: "0a".repeat(16) };
    writeFileSync(join(folder, "request.json"), JSON.stringify(request));
    return () => failedRun(folder);
  };

  it("is one that did not fail, or did not finish", () => {
    expect(recorded({ type: "run.finished", verdict: pass, folder })).toThrow("is pass, not fail");
    expect(recorded()).toThrow("did not finish");
  });

  it("is one without a nemesis", () => {
    expect(recorded({ type: "run.finished", verdict: fail, folder })).toThrow("no nemesis caused a fault");
  });
});

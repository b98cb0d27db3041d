import { describe, expect, it } from "vitest";
import { CopyRun } from "./copy-run.js";
import { forgetUnjudged } from "./forget-unjudged.js";
import { readScenario } from "./load.js";

const { steps } = readScenario(
  "mine.yaml",
  `name: mine
topology: redmond
steps:
  - expect: { copy: one, failovers: 1 }
  - expect: { cluster: healthy }
  - expect: { copy: two, failovers: 1 }
`,
).scenario;

function copyRun(id: string, state: "running" | "finished"): CopyRun {
  const place = { client: "laptop", share: "dvd", path: `${id}.iso` };
  const run = new CopyRun({ id, ...place, payload: { seed: "0", run: "r", sizeBytes: 1 } });
  run.observe({ type: "copy.idle", copy: id, clientMs: 1, locks: 0 });
  run.readBacks.set("store", { failed: "gone" });
  if (state === "finished") run.end("finished");
  return run;
}

describe("what is known of a copy", () => {
  it("goes when it has ended and no later step judges it, and stays until then", () => {
    const copies = new Map(
      [copyRun("one", "finished"), copyRun("two", "finished"), copyRun("three", "running")].map((run) => [run.id, run]),
    );
    const kept = () => [...copies.values()].map(({ events, readBacks }) => events.length + readBacks.size);
    forgetUnjudged(copies, steps);
    expect(kept()).toEqual([2, 2, 2]);
    forgetUnjudged(copies, steps.slice(1));
    expect(kept()).toEqual([0, 2, 2]);
    forgetUnjudged(copies, []);
    expect(kept()).toEqual([0, 0, 2]);
  });
});

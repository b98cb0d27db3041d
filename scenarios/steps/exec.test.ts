import { expect, it } from "vitest";
import { spec } from "../../lab/lab.fixture.js";
import { fakeRun } from "../fake-lab.fixture.js";
import { runScenario } from "../run.js";
import { exec } from "./exec.js";

it("a command for the node that serves a copy is run there", async () => {
  const copy = "  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 1kB }\n    during:\n";
  const block = "      - at: { copy: dvd, progress: 40% }\n        exec: { on: serving(dvd), run: id }\n";
  const { parts, calls } = fakeRun(`steps:\n${copy}${block}`);
  await runScenario(parts);
  expect(calls.filter((call) => call.startsWith("exec"))).toEqual(["exec node1 id"]);
});

it.each([
  ["serving(cd)", "scenario/unknown-copy"],
  ["node7", "scenario/unknown-node"],
])("a command on %s is refused, for there is no such machine", (on, code) => {
  const complaints = exec.check({ on, run: "id", exit: 0 }, { spec, copies: ["dvd"], kernel: { netem: undefined } });
  expect(complaints).toMatchObject([{ path: ["on"], code }]);
});

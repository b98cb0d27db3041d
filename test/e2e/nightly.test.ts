import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunRecord } from "../../nightly/history/line.js";
import { readHistory } from "../../nightly/history/read.js";
import { folder, plugfest } from "../support/plugfest.js";
import { labText } from "../support/small-lab.js";
import { startPlugfest } from "../support/started.js";

const lab = "e2e-nightly";
const scenario = (name: string, fault: string) => `name: ${name}
topology: ./lab.yaml
steps:
  - copy: { id: io, from: laptop, to: dvd/${name}.bin, size: 24MiB, rate: 16MiB }
    during:
      - at: { copy: io, progress: 40% }
        ${fault}
  - enable: all
  - until: { cluster: healthy, within: 30s }
  - expect: { copy: io, content: identical }
`;

let place: ReturnType<typeof folder>;
const nights = (...names: string[]) => join(place.path, "runs", "small", ...names);
const history = () => nights("history.jsonl");

/** Each run that was recorded, as often as it was. */
const recorded = () =>
  readFileSync(history(), "utf8")
    .split("\n")
    .filter((line) => line.startsWith('{"v":1,"type":"run"'))
    .map((line) => JSON.parse(line) as RunRecord)
    .map(({ cell, repeat }) => `${cell.split("_")[0] ?? ""} ${String(repeat)}`)
    .sort();

beforeAll(() => {
  place = folder({
    "lab.yaml": labText({ name: lab, net: 26, cluster: "  profile: persistent" }),
    "disable.yaml": scenario("disable", "disable: serving(io)"),
    "kill.yaml": scenario("kill", "kill: { process: smbd, of: io }"),
    "nightly.yaml": `name: small
scenarios: [./disable.yaml, ./kill.yaml]
repeats: 2
notify:
  - { command: [sh, -c, 'cat > told.txt; echo "$PLUGFEST_OUTCOME" >> told.txt'], when: always }
`,
  });
});
afterAll(async () => {
  for (const name of [lab, `${lab}-2`]) await plugfest(["down", name]);
  place[Symbol.dispose]();
});

it("goes on where it was killed: no run is lost, and none is made twice", async () => {
  const args = ["nightly", "./nightly.yaml", "--runs", join(place.path, "runs")];
  const first = startPlugfest(args, place.path);
  await first.until(({ type }) => (type as string) === "run");
  const busy = await plugfest(args, { cwd: place.path });
  expect(busy).toMatchObject({ exit: 2 });
  expect(busy.stderr).toContain(`another nightly runs already, as process ${String(first.pid)}`);
  first.kill("SIGKILL");
  await first.ended;
  const before = recorded();
  expect(before.length).toBeGreaterThanOrEqual(1);
  expect(before.length).toBeLessThan(4);
  // What a kill in the midst of a line leaves behind.
  appendFileSync(history(), '{"v":1,"type":"run","cell":"disa');
  expect(readHistory(history())).toMatchObject({ damaged: [], nights: [{ runs: { length: before.length } }] });

  const plan = await plugfest([...args, "--plan"], { cwd: place.path });
  expect(plan.stdout).toContain(`2 cells, ${String(4 - before.length)} run`);
  const second = await plugfest(args, { cwd: place.path });
  expect(second.stderr).toContain(`${String(before.length)} runs are done`);
  expect(recorded()).toEqual(["disable 1", "disable 2", "kill 1", "kill 2"]);

  const [night, ...others] = readHistory(history()).nights;
  expect(others).toEqual([]);
  expect(night?.finished?.judgement.cells.map(({ status }) => status)).toEqual(["new", "new"]);
  expect(second, second.stdout + second.stderr).toMatchObject({ exit: 0 });
  expect(second.stdout).toContain("4, of 2 cells, in ");
  for (const name of ["nightly.html", "junit.xml", "summary.txt"])
    expect(existsSync(nights("latest", name))).toBe(true);
  for (const run of night?.runs ?? []) {
    expect(existsSync(nights("latest", run.folder, "report.html"))).toBe(true);
    expect(run.stallMs).toBeGreaterThan(0);
    expect(Object.keys(run.versions)).not.toEqual([]);
  }
  expect(readFileSync(nights("latest", "junit.xml"), "utf8")).toContain('tests="2" failures="0" errors="0"');
  expect(readFileSync(join(place.path, "told.txt"), "utf8")).toMatch(/^nightly {3}small .*: PASS\n[^]*\npass\n$/);
  expect((await plugfest(["ls"])).stdout).not.toContain(lab);
});

it("has two labs at once, and goes on with both where it was killed", async () => {
  const text = `name: two
scenarios: [./disable.yaml]
topologies: [./small.yaml]
profiles: [persistent, durable]
repeats: 1
parallel: 2
`;
  const cluster = "  storage: { medium: tmpfs, size: 256MiB }";
  writeFileSync(join(place.path, "small.yaml"), labText({ name: lab, net: 26, cluster }));
  writeFileSync(join(place.path, "two.yaml"), text);
  const args = ["nightly", "./two.yaml", "--runs", join(place.path, "runs")];
  const planned = await plugfest([...args, "--plan"], { cwd: place.path });
  expect(planned.stdout).toContain(`${lab}-2  1 cell, up to 671 MB; ${lab} under another name, in subnets of its own`);

  const runs = () =>
    readHistory(join(place.path, "runs", "two", "history.jsonl")).nights.flatMap((night) => night.runs);
  const first = startPlugfest(args, place.path);
  await first.until(({ type }) => (type as string) === "run");
  first.kill("SIGKILL");
  await first.ended;
  const before = runs();
  const second = await plugfest(args, { cwd: place.path });
  expect(second, second.stdout + second.stderr).toMatchObject({ exit: 0 });
  expect(runs().slice(0, before.length)).toEqual(before);
  expect(before[0]?.parallel).toBe(2);
  const profiles = runs().map(({ cell }) => cell.split("_").at(-1));
  expect(profiles.toSorted()).toEqual(["durable", "persistent"]);
  const labs = await plugfest(["ls"]);
  expect(labs.stdout).not.toContain(lab);
});

it("begins no run without room on the disk, and says so", async () => {
  const text = readFileSync(join(place.path, "nightly.yaml"), "utf8");
  writeFileSync(join(place.path, "nightly.yaml"), `${text}budget: { disk: 900TB }\n`);
  const ran = await plugfest(["nightly", "./nightly.yaml", "--runs", join(place.path, "runs")], { cwd: place.path });
  expect(ran).toMatchObject({ exit: 2 });
  expect(ran.stdout).toMatch(/cut {7}only .* of the disk are free, and the nightly wants 900 TB/);
  expect(
    readHistory(history())
      .nights.at(-1)
      ?.finished?.judgement.cells.map(({ status }) => status),
  ).toEqual(["unknown", "unknown"]);
});

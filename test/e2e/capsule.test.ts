import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEvents } from "../../core/event-log.js";
import { engineOrSkip } from "../support/engine.js";
import { folder, plugfest } from "../support/plugfest.js";
import { labText } from "../support/small-lab.js";

const engine = await engineOrSkip();
const lab = "e2e-capsule";
const topology = labText({ name: lab, net: 61 });
const scenario = `# a remark of the user's
name: packed
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 1GiB }
  - expect: { copy: dvd, content: identical }
`;

describe.skipIf(engine === undefined)("a run in a capsule", () => {
  const place = folder({ "lab.yaml": topology, "mine.yaml": scenario });
  const elsewhere = folder();
  let capsule: string;

  beforeAll(async () => {
    expect(await plugfest(["up", "./lab.yaml"], { cwd: place.path })).toMatchObject({ exit: 0 });
    const ran = await plugfest(["run", "./mine.yaml", "--size", "32MiB", "--prove"], { cwd: place.path });
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ exit: 0 });
    capsule = (await plugfest(["capsule", "runs/packed/latest"], { cwd: place.path })).stdout;
  });
  afterAll(async () => {
    await plugfest(["down", lab]);
    for (const files of [place, elsewhere]) files[Symbol.dispose]();
  });

  it("gives the same report in another place", async () => {
    const made = await plugfest(["report", capsule, "--into", "there", "--json"], { cwd: elsewhere.path });
    expect(made, made.stderr).toMatchObject({ exit: 0 });
    expect(JSON.parse(made.stdout)).toMatchObject({ identical: true });
    const read = (...path: string[]) => readFileSync(join(elsewhere.path, "there", ...path), "utf8");
    expect(read("report.html")).toBe(readFileSync(join(place.path, "runs/packed/latest/report.html"), "utf8"));
    expect(read("sources", "scenario.yaml")).toBe(scenario);
    expect(read("sources", "topology.yaml")).toBe(topology);
    expect(Object.values(JSON.parse(read("images.json")) as Record<string, string>)).toEqual([
      expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    ]);
    expect(statSync(join(elsewhere.path, "there/captures/dvd/capture-laptop.pcap")).size).toBeGreaterThan(1000);
  });

  it("holds no secret of the lab", async () => {
    const { stdout } = await plugfest(["exec", lab, "laptop", "--", "cat", "/etc/plugfest/credentials"]);
    const { password } = JSON.parse(stdout) as { password: string };
    expect(password.length).toBeGreaterThan(20);
    expect(gunzipSync(readFileSync(capsule)).includes(password)).toBe(false);
  });

  it("can be run again: same seed, same size, the same bytes, proven again, and nothing differs", async () => {
    const ran = await plugfest(["rerun", capsule], { cwd: elsewhere.path });
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ exit: 0 });
    expect(ran.stdout).toContain("configuration are those of the run that is repeated");
    expect(ran.stdout).toContain("the run that is repeated ended with pass, this one with pass");
    const hashes = [place, elsewhere].map(({ path }) => {
      const events = readEvents(join(path, "runs/packed/latest/events.jsonl"));
      return events.flatMap((event) => (event.type === "copy.finished" ? [event.result.sha256] : []));
    });
    expect(hashes[0]?.length).toBeGreaterThan(3);
    expect(hashes[1]).toEqual(hashes[0]);
    expect(ran.stdout).toContain("proven dvd: content: turned red");
    // What the capsule was unpacked to for this is gone.
    expect(readdirSync(elsewhere.path).sort()).toEqual(["runs", "there"]);
  });
});

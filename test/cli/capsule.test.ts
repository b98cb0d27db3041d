import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { asset } from "../../core/paths.js";
import { folder, plugfest } from "../support/plugfest.js";

const real = readFileSync(asset("reports", "html", "real-run.fixture.jsonl"), "utf8");
const name = "redmond-failover-2026-11-23T20-55-11Z";

/** A folder with a run in it, as `plugfest run` leaves it below `runs`. */
function withRun() {
  const place = folder();
  const run = join(place.path, "runs", "redmond-failover", "2026-11-23T20-55-11Z");
  mkdirSync(join(run, "nodes"), { recursive: true });
  writeFileSync(join(run, "events.jsonl"), real);
  writeFileSync(join(run, "nodes", "node1.log"), "2026-11-23T20:44:03.000000+00:00 node1 the log speaks\n");
  return { ...place, run };
}

const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

describe("plugfest capsule", () => {
  it("makes one file, from which `report` makes the same report in another place", async () => {
    using here = withRun();
    using there = folder();
    writeFileSync(join(here.run, "mine.txt"), "private");
    const packed = await plugfest(["capsule", here.run], { cwd: there.path });
    expect(packed).toMatchObject({ exit: 0, stdout: join(there.path, `${name}.tar.gz`) });
    expect(packed.stderr).toContain("left out, for they are no files of a run: mine.txt");

    const made = await plugfest(["report", `${name}.tar.gz`, "--json"], { cwd: there.path });
    expect(made).toMatchObject({ exit: 0, stderr: "" });
    const { report, identical } = JSON.parse(made.stdout) as { report: string; identical: boolean };
    expect(report).toBe(join(there.path, name, "report.html"));
    expect(identical).toBe(true);
    expect(hash(report)).toBe(hash(join(here.run, "report.html")));
    expect(readFileSync(report, "utf8")).toContain("the log speaks");

    const again = await plugfest(["report", `${name}.tar.gz`], { cwd: there.path });
    expect(again).toMatchObject({ exit: 3 });
    expect(again.stderr).toContain("exists already");
    expect((await plugfest(["report", `${name}.tar.gz`, "--into", "other"], { cwd: there.path })).exit).toBe(0);
    expect(existsSync(join(there.path, "other", "events.jsonl"))).toBe(true);
  });

  it("says so when the report does not come out the same", async () => {
    using here = withRun();
    writeFileSync(join(here.run, "report.html"), "made by another plugfest");
    await plugfest(["capsule", here.run, "--out", "mine.tar.gz"], { cwd: here.path });
    const made = await plugfest(["report", "mine.tar.gz"], { cwd: here.path });
    expect(made.exit).toBe(0);
    expect(made.stderr).toContain("the report differs from the capsule's own");
  });

  it("refuses what is no run, and a capsule that is damaged, and leaves nothing behind", async () => {
    using here = withRun();
    for (const [args, words] of [
      [["capsule", "nowhere"], "nowhere does not exist"],
      [["capsule", "."], "no events.jsonl"],
      [["report", "nowhere"], "nowhere does not exist"],
      [["rerun", "."], "no events.jsonl"],
      [["rerun", here.run], "keeps no request.json"],
    ] as const) {
      const ran = await plugfest(args, { cwd: here.path });
      expect(ran, args.join(" ")).toMatchObject({ exit: 3, stdout: "" });
      expect(ran.stderr).toContain(words);
    }
    await plugfest(["capsule", here.run, "--out", "mine.tar.gz"], { cwd: here.path });
    const whole = readFileSync(join(here.path, "mine.tar.gz"));
    writeFileSync(join(here.path, "mine.tar.gz"), whole.subarray(0, whole.length >> 1));
    for (const verb of ["report", "rerun"]) {
      const ran = await plugfest([verb, "mine.tar.gz"], { cwd: here.path });
      expect(ran).toMatchObject({ exit: 3, stdout: "" });
      expect(ran.stderr).toContain("it breaks off before its end");
    }
    expect(readdirSync(here.path).sort()).toEqual(["mine.tar.gz", "runs"]);
  });

  it("tells the disk's failure as the testbed's, and leaves no half of a file", async () => {
    using here = withRun();
    // The kernel takes no file longer than one block of 1024 bytes from this shell's children.
    const script = `ulimit -f 1; exec "${process.execPath}" "${asset("bin", "plugfest")}" "$@"`;
    const limited = async (...args: string[]) => {
      const started = promisify(execFile)("bash", ["-c", script, "-", ...args], { cwd: here.path });
      return started.then(
        () => ({ code: 0, stderr: "" }),
        (error: unknown) => error as { code: number; stderr: string },
      );
    };
    writeFileSync(join(here.run, "report.html"), "x");
    const packed = await limited("capsule", here.run);
    expect(packed.code, packed.stderr).toBe(2);
    expect(packed.stderr).toContain("[capsule/not-written]");
    await plugfest(["capsule", here.run, "--out", "mine.tar.gz"], { cwd: here.path });
    const unpacked = await limited("report", "mine.tar.gz");
    expect(unpacked.code, unpacked.stderr).toBe(2);
    expect(unpacked.stderr).toContain("[capsule/not-written]");
    expect(readdirSync(here.path).sort()).toEqual(["mine.tar.gz", "runs"]);
  });
});

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, plugfest } from "../support/plugfest.js";

const events = [
  {
    ...{ v: 1, seq: 0, atMs: 1000, type: "run.started", scenario: "mine", topology: "redmond", lab: "redmond" },
    ...{ version: "0.1.0", argv: [], seed: "00" },
  },
  { v: 1, seq: 1, atMs: 2000, type: "run.finished", verdict: { outcome: "fail", reasons: ["late"] }, folder: "runs/1" },
];
const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");

describe("plugfest report", () => {
  it("makes the same reports again and again, and prints where they are", async () => {
    using run = folder({ "events.jsonl": lines });
    const first = await plugfest(["report", "."], { cwd: run.path });
    expect(first).toMatchObject({ exit: 0, stderr: "" });
    const paths = first.stdout.split("\n");
    expect(paths.map((path) => basename(path))).toEqual(["report.html", "junit.xml"]);
    const made = paths.map((path) => readFileSync(path, "utf8"));
    for (const path of paths) writeFileSync(path, "overwritten");
    await plugfest(["report", run.path, "--json"], { cwd: "/" });
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(made);
    expect(made.join()).toContain("late");
  });

  it("reports a run that was killed in the middle of a line", async () => {
    using run = folder({ "events.jsonl": `${lines.split("\n")[0]!}\n{"v":1,"se` });
    const ran = await plugfest(["report", run.path, "--json"]);
    expect(ran.exit).toBe(0);
    const { report, junit } = JSON.parse(ran.stdout) as { report: string; junit: string };
    for (const path of [report, junit]) expect(readFileSync(path, "utf8")).toContain("the run did not finish");
  });

  it("refuses a folder that is no run, and one whose events are damaged", async () => {
    using empty = folder();
    const ran = await plugfest(["report", "."], { cwd: empty.path });
    expect(ran).toMatchObject({ exit: 3, stdout: "" });
    expect(ran.stderr).toContain("no events.jsonl");
    using damaged = folder({ "events.jsonl": `{"v":1,\n${lines}` });
    const other = await plugfest(["report", damaged.path]);
    expect(other.exit).toBe(3);
    expect(other.stderr).toContain("damaged");
    expect(existsSync(join(damaged.path, "junit.xml"))).toBe(false);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asset } from "../../core/paths.js";
import { folder, plugfest } from "../support/plugfest.js";

describe("plugfest dashboard", () => {
  it("says without a terminal that it needs one, and what to use instead", async () => {
    const { exit, stderr } = await plugfest(["dashboard", "dashboard"]);
    expect(exit).toBe(3);
    expect(stderr).toContain("the dashboard needs a terminal");
    expect(stderr).toContain("plain lines");
  });

  it("is refused with a run before anything is made, and with flags that make no sense", async () => {
    const run = await plugfest(["run", "redmond-failover", "--dashboard"]);
    expect(run).toMatchObject({ exit: 3 });
    expect(run.stderr).toContain("the dashboard needs a terminal");
    const slow = await plugfest(["dashboard", "--speed", "0", "--theme", "pink"]);
    expect(slow.stderr).toContain("--speed");
    expect(slow.stderr).toContain("--theme");
  });
});

describe("plugfest cast", () => {
  const run = () => folder({ "events.jsonl": readFileSync(asset("dashboard", "real-run.fixture.jsonl"), "utf8") });

  it("makes a recording and an animation of a recorded run, in colours though nobody has a terminal", async () => {
    using place = run();
    const made = await plugfest(["cast", ".", "--from", "13s", "--to", "15s", "--out", "mine"], {
      ...{ cwd: place.path, env: { NO_COLOR: "" } },
    });
    expect(made).toMatchObject({ exit: 0, stdout: "mine.cast\nmine.svg" });
    expect(readFileSync(join(place.path, "mine.svg"), "utf8")).toContain('class="c2"');
    const [header = ""] = readFileSync(join(place.path, "mine.cast"), "utf8").split("\n");
    expect(JSON.parse(header)).toMatchObject({ version: 2, width: 100, title: "redmond-failover on dash" });
  });

  it("makes a still picture of a moment, and says which flags make no sense", async () => {
    using place = run();
    expect(await plugfest(["cast", ".", "--at", "14s"], { cwd: place.path })).toMatchObject({
      ...{ exit: 0, stdout: "redmond-failover.svg" },
    });
    const wrong = await plugfest(["cast", ".", "--size", "8x4", "--speed", "-1", "--from", "soon"], {
      cwd: place.path,
    });
    expect(wrong.exit).toBe(3);
    for (const flag of ["--size", "--speed", "--from"]) expect(wrong.stderr).toContain(flag);
  });
});

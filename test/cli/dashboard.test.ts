import { describe, expect, it } from "vitest";
import { plugfest } from "../support/plugfest.js";

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
    expect(run.stderr).toContain("cli/no-terminal");
    const slow = await plugfest(["dashboard", "--speed", "0", "--theme", "pink"]);
    expect(slow.stderr).toContain("--speed");
    expect(slow.stderr).toContain("--theme");
  });
});

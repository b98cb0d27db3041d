import { describe, expect, it } from "vitest";
import { folder, plugfest } from "../support/plugfest.js";

describe("the command line", () => {
  it("shows help with exit codes and where to start", async () => {
    const ran = await plugfest(["--help"]);
    expect(ran.exit).toBe(0);
    expect(ran.stdout).toContain("Exit codes");
    expect(ran.stdout).toContain("plugfest demo");
  });

  it.each([
    "demo",
    "run",
    "nightly",
    "bisect",
    "serve",
    "validate",
    "plan",
    "up",
    "down",
    "ls",
    "exec",
    "logs",
    "gc",
    "doctor",
    "engine",
    "windows-cd",
    "images",
    "schema",
    "report",
    "shrink",
  ])("shows examples in the help of %s", async (command) => {
    const ran = await plugfest([command, "--help"]);
    expect(ran.exit).toBe(0);
    expect(ran.stdout).toContain(`$ plugfest ${command}`);
  });

  it.each([
    [["frobnicate"], "unknown command"],
    [["ls", "--kep"], "unknown option"],
    [["up"], "missing required argument"],
    [["down", "a", "b"], "too many arguments"],
    [["run", "redmond-failover", "--shrink"], "--shrink: this scenario has no nemesis"],
    [["run", "redmond-failover", "--shrink-runs", "0"], "--shrink-runs: expected a number from 1 to 1000"],
    [["bisect", "tickle-ack", "--good", "4.17", "--bad", "4.52"], "--bad: no image has Samba 4.52"],
    [["doctor", "--windows", "192.168.1.20"], "--windows: expected <user>@<host>"],
    [["windows-cd", "--iso", "w.iso", "--authorized-key", "/dev/null"], "is no public key as ssh-keygen writes it"],
    [["images", "add", "linux"], 'expected "windows", got linux'],
    [["images", "add", "windows"], "expected either --iso or --qcow2"],
    [["images", "add", "windows", "--iso", "w.iso", "--virtio"], "--virtio: it says nothing beside --iso"],
    [
      ["images", "add", "windows", "--qcow2", "w", "--product-key", "x"],
      "--product-key: it says nothing beside --qcow2",
    ],
    [["images", "add", "windows", "--qcow2", "w", "--user", "pat"], "--key: the file of the private key"],
    [["images", "add", "windows", "--iso", "w.iso", "--within", "soon"], "--within: expected a duration"],
    [["images", "add", "windows", "--iso", "w.iso", "--name", "Win 11"], "--name: expected lower-case letters"],
    [["images", "remove"], "expected one image of Windows, got none"],
    [["images", "prune", "--iso", "w.iso"], "--iso: it belongs to images add"],
    [["shrink", "/nonexistent"], "/nonexistent does not exist"],
  ])("refuses %j with exit code 3", async (args, message) => {
    const ran = await plugfest(args);
    expect(ran.exit).toBe(3);
    expect(ran.stderr).toContain(message);
  });

  it("says what it knows when a name is not known", async () => {
    using place = folder();
    const ran = await plugfest(["run", "redmond-failovr"], { cwd: place.path });
    expect(ran.exit).toBe(3);
    expect(ran.stderr).toContain('did you mean "redmond-failover"?');
  });

  it("says which engine does not answer, and falls back to no other, when DOCKER_HOST names one", async () => {
    const ran = await plugfest(["ls"], { env: { DOCKER_HOST: "unix:///nonexistent/docker.sock" } });
    expect(ran.exit).toBe(2);
    expect(ran.stderr).toContain("/nonexistent/docker.sock");
    expect(ran.stderr).toContain("what to do:");
  });

  it("prints schemas in draft-07", async () => {
    for (const language of ["topology", "scenario"]) {
      const ran = await plugfest(["schema", language]);
      expect(ran.exit).toBe(0);
      expect(JSON.parse(ran.stdout)).toMatchObject({ $schema: "http://json-schema.org/draft-07/schema#" });
    }
  });

  it("loads neither Docker nor a screen for help and validation", async () => {
    for (const args of [["--help"], ["validate", "redmond", "redmond-failover"]]) {
      const ran = await plugfest(args, { env: { NODE_DEBUG: "esm,module" } });
      expect(ran.exit).toBe(0);
      expect(ran.stderr).not.toMatch(/node_modules\/(dockerode|ink|react|ssh2)\//);
    }
  });
});

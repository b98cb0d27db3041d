import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ToolError } from "../core/errors.js";
import { makeRunFolder, writeRecord } from "./run-folder.js";

const atMs = Date.UTC(2026, 10, 23, 20, 15, 7, 421);
let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "plugfest-runs-"));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

/** The failure of what must fail. */
function failureOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof ToolError) return error.failure;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("a run's folder", () => {
  it("has the scenario's name and the time in UTC, and `latest` leads to it", () => {
    const folder = makeRunFolder("runs", "demo", atMs, cwd);
    expect(folder).toBe(join(cwd, "runs", "demo", "2026-11-23T20-15-07Z"));
    expect(readlinkSync(join(cwd, "runs", "demo", "latest"))).toBe("2026-11-23T20-15-07Z");
  });

  it("is never another run's, even within one second", () => {
    makeRunFolder("runs", "demo", atMs, cwd);
    const second = makeRunFolder("runs", "demo", atMs, cwd);
    expect(readdirSync(join(cwd, "runs", "demo")).sort()).toEqual([
      ...["2026-11-23T20-15-07Z", "2026-11-23T20-15-07Z.2"],
      "latest",
    ]);
    expect(join(cwd, "runs", "demo", readlinkSync(join(cwd, "runs", "demo", "latest")))).toBe(second);
  });

  it("may be anywhere", () => {
    expect(makeRunFolder(join(cwd, "elsewhere"), "demo", atMs, "/")).toBe(
      join(cwd, "elsewhere", "demo", "2026-11-23T20-15-07Z"),
    );
  });

  it("that cannot be made is the environment's failure, with what to do", () => {
    writeFileSync(join(cwd, "runs"), "a file");
    const failure = failureOf(() => makeRunFolder("runs", "demo", atMs, cwd));
    expect(failure.code).toBe("run/no-folder");
    expect(failure.hint).toContain("--runs");
  });
});

describe("a record of a run", () => {
  it("is JSON for people and machines, and ends with a line break", () => {
    writeRecord(cwd, "verdict.json", { outcome: "pass" });
    expect(readFileSync(join(cwd, "verdict.json"), "utf8")).toBe('{\n  "outcome": "pass"\n}\n');
  });

  it("that cannot be written is the environment's failure", () => {
    expect(
      failureOf(() => {
        writeRecord(join(cwd, "nowhere"), "verdict.json", {});
      }).code,
    ).toBe("run/not-recorded");
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asset } from "../core/paths.js";
import { writeReports } from "./write-reports.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plugfest-reports-"));
  writeFileSync(join(folder, "events.jsonl"), readFileSync(asset("reports", "html", "real-run.fixture.jsonl")));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("the reports in a run's folder", () => {
  it("hold what lies beside the events: logs and configuration", () => {
    mkdirSync(join(folder, "nodes"));
    writeFileSync(join(folder, "nodes", "node1.log"), "2026-11-23T20:44:03.000000+00:00 node1 the log speaks\n");
    writeFileSync(join(folder, "configuration.json"), JSON.stringify({ "/etc/ctdb/nodes": ["10.77.1.11", ""] }));
    writeFileSync(join(folder, "topology.json"), '{ "name": "redmond" }');
    const page = readFileSync(writeReports(folder).report, "utf8");
    for (const words of ["the log speaks", "/etc/ctdb/nodes", "10.77.1.11", "topology.json"]) {
      expect(page).toContain(words);
    }
  });

  it("are the same whenever they are made", () => {
    const read = () => Object.values(writeReports(folder)).map((path) => readFileSync(path, "utf8"));
    const first = read();
    expect(first[0]).toContain("redmond-failover");
    expect(read()).toEqual(first);
  });

  it("are told as the testbed's failure when the disk does not take them", () => {
    mkdirSync(join(folder, "report.html"));
    expect(() => writeReports(folder)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: "run/not-recorded" }) as unknown }) as Error,
    );
  });
});

import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { spec } from "../lab/lab.fixture.js";
import { recordLogs, recordWanted } from "./run-records.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plugfest-records-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("the records of a run", () => {
  it("hold the topology and the configuration of the nodes, line by line", () => {
    recordWanted(folder, spec);
    expect(JSON.parse(readFileSync(join(folder, "topology.json"), "utf8"))).toEqual(spec);
    const files = JSON.parse(readFileSync(join(folder, "configuration.json"), "utf8")) as Record<string, string[]>;
    expect(files["/etc/ctdb/nodes"]).toEqual(["10.90.1.11", "10.90.1.12", ""]);
    expect(files["/etc/samba/smb.conf"]?.join("\n")).toContain("[dvd]");
  });

  it("hold no secret", () => {
    recordWanted(folder, spec);
    const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(text.join()).not.toMatch(/credentials|password/i);
  });

  it("hold the logs of the machines there are, when a lab does not come up", async () => {
    await recordLogs(folder, spec, ".log", (name) =>
      name === "node2"
        ? Promise.reject(new Error("it was never made"))
        : Promise.resolve(Buffer.from(`log of ${name}`)),
    );
    await recordLogs(folder, spec, ".smbd.log", (name) =>
      Promise.resolve(name === "node1" ? Buffer.from("smbd ended") : undefined),
    );
    expect(readdirSync(join(folder, "nodes")).sort()).toEqual(["laptop.log", "node1.log", "node1.smbd.log"]);
  });
});

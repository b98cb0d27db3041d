import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { spec } from "../lab/lab.fixture.js";
import { readScenario } from "../scenarios/load.js";
import { readMatrix, scenarioOf } from "../scenarios/matrix/load.js";
import { recordLogs, recordRequest, recordWanted } from "./run-records.js";

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

  it("hold what the user wrote, word for word, and what became of the scenario", () => {
    const written =
      "name: mine # with a remark\ntopology: ./lab.yaml\nsteps: [{ copy: { id: dvd, from: laptop, to: dvd/x, size: 1MiB } }]\n";
    const { scenario, source } = readScenario("mine.yml", written);
    const sources = { scenario: source, topology: { ...source, file: "lab.yaml", text: "name: lab\n" } };
    recordRequest(folder, { scenario, sources, seed: "0".repeat(32), size: "4MiB", prove: true });
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    const request = JSON.parse(read("request.json")) as Record<string, string>;
    expect(request).toEqual({
      ...{ scenario: "sources/scenario.yml", topology: "sources/topology.yaml" },
      ...{ size: "4MiB", prove: true, seed: "0".repeat(32) },
    });
    expect(read("sources/scenario.yml")).toBe(written);
    expect(read("sources/topology.yaml")).toBe("name: lab\n");
    const { steps } = JSON.parse(read("scenario.json")) as { steps: unknown[] };
    expect(steps).toMatchObject([{ id: "steps.0", verb: "copy", args: { id: "dvd", size: 1 << 20 } }]);
  });

  it("hold a cell of a matrix with its blanks filled, so that it can be run again by itself", () => {
    const written = `name: many
matrix: { axes: { size: { small: 1MiB, large: 2MiB } } }
topology: ./lab.yaml
steps: [{ copy: { id: dvd, from: laptop, to: dvd/x, size: "\${size}" } }]
`;
    const matrix = readMatrix("many.yaml", written)!;
    const { scenario, source } = scenarioOf(matrix, matrix.cells[1]!, 1);
    recordRequest(folder, { scenario, sources: { scenario: source, topology: source }, seed: "0", size: undefined });
    const again = readScenario("again.yaml", readFileSync(join(folder, "sources/scenario.yaml"), "utf8"));
    expect(again.scenario.steps[0]?.args).toMatchObject({ size: 2 << 20 });
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

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { asset } from "../core/paths.js";
import { desiredObjects } from "../lab/desired.js";
import { label } from "../provisioners/docker/labels.js";
import { loadTopology } from "../topologies/load.js";
import { isRunFile } from "./capsule/run-files.js";
import { exitCode } from "./exit-code.js";

const text = readFileSync(asset("docs", "internals.md"), "utf8");
/** Rows of the tables as their cells. */
const rows = text
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const firstCells = rows.flatMap(([cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word));

describe("docs/internals.md", () => {
  it("lists every label, and no other", () => {
    expect(firstCells.filter((word) => word.startsWith("plugfest.")).sort()).toEqual(Object.values(label).sort());
  });

  it("gives the reason for every capability, and lists no other", () => {
    const { spec } = loadTopology("redmond", { cwd: ".", knownSamba: ["4.25"] });
    const images = new Map([...spec.nodes, ...spec.clients].map(({ name }) => [name, "image"]));
    const given = desiredObjects(spec, images, []).flatMap((object) =>
      object.kind !== "machine" ? [] : object.capabilities.map(({ name, why }) => `${object.role}s \`${name}\` ${why}`),
    );
    const told = rows
      .filter(([on]) => on === "nodes" || on === "clients")
      .filter(([, cell]) => /^`[A-Z_]+`$/.test(cell ?? ""));
    expect(told.map((cells) => cells.join(" ")).sort()).toEqual([...new Set(given)].sort());
  });

  it("lists every type of event, and no other", () => {
    const source = readFileSync(asset("core", "event.ts"), "utf8");
    const types = [...source.matchAll(/\btype:((?:\s*\|?\s*"[a-z.]+")+)/g)].flatMap(([, union = ""]) =>
      [...union.matchAll(/"([a-z.]+)"/g)].map(([, type = ""]) => type),
    );
    const [, section = ""] = /## Events\n([\s\S]*?)\n## /.exec(text) ?? [];
    const told = [...section.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([a-z.]+)`/g)].map(([, type = ""]) => type),
    );
    expect(types.length).toBeGreaterThan(30);
    expect(told.sort()).toEqual(types.sort());
  });

  it("lists every file of a run, and a capsule takes all of them along", () => {
    const [, section = ""] = /## A run's folder\n([\s\S]*?)\nWhat can grow/.exec(text) ?? [];
    const told = [...section.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path.replaceAll(/<[a-z]+>/g, "x")),
    );
    expect(told.length).toBeGreaterThan(10);
    for (const path of told) expect(isRunFile(path), path).toBe(true);
    const samples = [
      "sources/scenario.yaml",
      "nodes/x.log",
      "nodes/x.smbd.log",
      "captures/x/capture-x.pcap",
      "verdict.json",
    ];
    expect(told).toEqual(expect.arrayContaining(samples));
    expect(isRunFile("captures/x/session-keys.jsonl"), "keys are secrets").toBe(false);
  });

  it("lists every exit code", () => {
    const told = rows.map(([cell]) => cell).filter((cell) => /^\d+$/.test(cell ?? ""));
    expect(told).toEqual(Object.values(exitCode).map(String));
  });
});

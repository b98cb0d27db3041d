import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventBody } from "../../core/event.js";
import { noteDifferences, noteVerdicts } from "./differences.js";

const RECORDS = {
  "versions.json": { plugfest: "0.1.0", "node1 samba": "2:4.25.1" },
  "images.json": { "plugfest/node:4.25-abc": "sha256:1" },
  "topology.json": { source: "/a/lab.yaml", nodes: [{ samba: "4.25" }] },
  "scenario.json": { source: "mine.yaml", steps: [{ args: { size: 1 } }] },
  "configuration.json": { "/etc/ctdb/nodes": ["10.77.1.11"] },
};

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "plugfest-rerun-"));
});
afterEach(() => {
  rmSync(place, { recursive: true });
});

function records(name: string, changes: Readonly<Record<string, object | null>> = {}): string {
  mkdirSync(join(place, name));
  const all: Readonly<Record<string, object | null>> = { ...RECORDS, ...changes };
  for (const [file, value] of Object.entries(all)) {
    if (value !== null) writeFileSync(join(place, name, file), JSON.stringify(value));
  }
  return join(place, name);
}

function notes(work: (emit: (body: EventBody) => void) => void): string[] {
  const found: string[] = [];
  work((body) => found.push(body.type === "note" ? `${body.level}: ${body.text}` : body.type));
  return found;
}

describe("a run that repeats another", () => {
  it("says that nothing differs, wherever the sources lay", () => {
    const topology = { ...RECORDS["topology.json"], source: "/b/sources/topology.yaml" };
    const [then, now] = [records("then"), records("now", { "topology.json": topology })];
    expect(
      notes((emit) => {
        noteDifferences(then, now, emit);
      }),
    ).toEqual(["info: versions, images, topology, scenario and configuration are those of the run that is repeated"]);
  });

  it("names what differs, in every record", () => {
    const then = records("then", { "configuration.json": null });
    const now = records("now", {
      "versions.json": { plugfest: "0.2.0", "node1 samba": "2:4.25.1", "node1 ctdb": "1" },
      "images.json": { "plugfest/node:4.25-abc": "sha256:2" },
      "topology.json": { source: "x", nodes: [{ samba: "4.24" }] },
      "scenario.json": { source: "mine.yaml", steps: [] },
    });
    const found = notes((emit) => {
      noteDifferences(then, now, emit);
    });
    const prefix = "info: not as in the run that is repeated: ";
    expect(found.every((text) => text.startsWith(prefix))).toBe(true);
    expect(found.map((text) => text.slice(prefix.length))).toEqual([
      'version plugfest: was "0.1.0", is "0.2.0"',
      'version node1 ctdb: was absent, is "1"',
      'image plugfest/node:4.25-abc: was "sha256:1", is "sha256:2"',
      'topology nodes.0.samba: was "4.25", is "4.24"',
      "scenario steps.0.args.size: was 1, is absent",
      "scenario steps: was absent, is []",
      "configuration: configuration.json was not kept then",
    ]);
  });

  it("names a bounded number of them", () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`v${String(i)}`, "1"]));
    const [then, now] = [
      records("then"),
      records("now", { "versions.json": { ...RECORDS["versions.json"], ...many } }),
    ];
    const found = notes((emit) => {
      noteDifferences(then, now, emit);
    });
    expect(found).toHaveLength(11);
    expect(found.at(-1)).toContain("version: 40 more differences");
  });

  it("warns of another verdict", () => {
    const then = records("then", { "verdict.json": { outcome: "pass", reasons: [] } });
    const verdicts = (outcome: "pass" | "fail") =>
      notes((emit) => {
        noteVerdicts(then, { outcome, reasons: [] }, emit);
      });
    expect(verdicts("pass")).toEqual(["info: the run that is repeated ended with pass, this one with pass"]);
    expect(verdicts("fail")).toEqual(["warning: the run that is repeated ended with pass, this one with fail"]);
  });
});

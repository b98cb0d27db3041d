import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asset } from "../core/paths.js";

const rooms = [
  "core",
  "topologies",
  "images",
  "provisioners",
  "cluster",
  "clients",
  "lab",
  "scenarios",
  "reports",
  "dashboard",
  "nightly",
  "cli",
];

/** Sources without tests and without the fake provisioner, which stands in for an engine and has no codes of its own. */
const sources = rooms.flatMap((room) =>
  readdirSync(asset(room), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(test|fixture|d)\.tsx?$/.test(name) && !name.startsWith("fake/"))
    .map((name) => ({ room, name: `${room}/${name}`, text: readFileSync(join(asset(room), name), "utf8") })),
);

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = ""]) => found);
}

/** Whole codes as they stand in the sources, with the prefixes they use: `code: "lab/busy"`. */
const prefixes = new Set(sources.flatMap(({ text }) => all(text, /\bcode: "([a-z]+)\/[a-z-]+"/g)));
const whole = sources.flatMap(({ text }) =>
  all(text, /"([a-z]+\/[a-z]+(?:-[a-z]+)*)"/g).filter((code) => prefixes.has(code.split("/")[0] ?? "")),
);

/** Codes that get their first part later, from the language that the source is in. */
const bare = sources.flatMap(({ room, name, text }) => {
  const codes = [...all(text, /\bcode: "([a-z]+(?:-[a-z]+)*)"/g), ...all(text, /\$\{codePrefix\}\/([a-z-]+)/g)];
  const own: Readonly<Record<string, string>> = { topologies: "topology", nightly: "nightly" };
  const languages = room === "core" ? ["topology", "scenario"] : [own[room] ?? "scenario"];
  // Issues of zod, and the codes by which the event log tells what is no failure of the testbed.
  const others = name === "core/errors.ts" ? codes : ["custom"];
  return codes.filter((code) => !others.includes(code)).flatMap((code) => languages.map((first) => `${first}/${code}`));
});

const yaml = all(readFileSync(asset("core", "source.ts"), "utf8"), /\breport\(\s*"([a-z-]+)"/g).map(
  (code) => `yaml/${code}`,
);

const given = new Set([...whole, ...bare, ...yaml]);

/** The first cells of the table of codes. */
const text = readFileSync(asset("docs", "troubleshooting.md"), "utf8");
const [, table = ""] = /<!-- codes -->([\s\S]*)<!-- \/codes -->/.exec(text) ?? [];
const told = all(table, /^\|([^|]*)\|/gm).flatMap((cell) => all(cell, /`([a-z]+\/[a-z-]+)`/g));

describe("docs/troubleshooting.md", () => {
  it("tells what to do about every error code that the code gives", () => {
    expect(given.size).toBeGreaterThan(60);
    expect([...given].filter((code) => !told.includes(code)).sort()).toEqual([]);
  });

  it("names no error code that the code does not give any more", () => {
    expect(told.filter((code) => !given.has(code))).toEqual([]);
  });

  it("names each code once, so that nobody reads half of it", () => {
    expect(told.filter((code, at) => told.indexOf(code) !== at)).toEqual([]);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { asset } from "../core/paths.js";
import { loadTopology, readTopology } from "../topologies/load.js";
import { checkScenario, readScenario } from "./load.js";
import type { LoadedScenario } from "./load.js";
import { blankForms } from "./blanks.js";
import { checks } from "./checks/table.js";
import { checkMatrix } from "./matrix/check.js";
import { readMatrix } from "./matrix/load.js";
import { momentEvents } from "./moment-events.js";
import { stepsReference } from "./reference.js";

const knownSamba = ["4.17", "4.22", "4.24", "4.25"];
const read = (...path: string[]) => readFileSync(asset(...path), "utf8");
const blocks = (text: string) => [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = ""]) => yaml);
const scenarios = ["README.md", "docs/scenario.md"].flatMap((file) =>
  blocks(read(file))
    .filter((yaml) => yaml.includes("steps:"))
    .map((yaml) => [file, yaml] as const),
);

describe("the documents", () => {
  test("have examples of scenarios", () => {
    expect(new Set(scenarios.map(([file]) => file)).size).toBe(2);
  });

  test.each(scenarios)("%s has scenarios that load and can be run on their topology", (file, yaml) => {
    const check = (loaded: LoadedScenario) =>
      checkScenario(loaded, loadTopology(loaded.scenario.topology, { cwd: ".", knownSamba }).spec);
    const matrix = readMatrix(file, yaml);
    expect(matrix === undefined ? check(readScenario(file, yaml)) : checkMatrix(matrix, check)).toEqual([]);
  });

  test("README.md has a topology that loads without a warning", () => {
    const [yaml = "", ...more] = blocks(read("README.md")).filter((block) => block.includes("cluster:"));
    expect(more).toEqual([]);
    expect(readTopology("README.md", yaml, { knownSamba }).warnings).toEqual([]);
  });
});

describe("docs/scenario.md", () => {
  test("has the example in TypeScript as the file that is tested has it", () => {
    expect(read("docs", "scenario.md")).toContain("```ts\n" + read("docs", "examples", "each-node.ts") + "```");
  });

  const text = read("docs", "scenario.md");
  const [, moments = ""] = /### Moments\n([\s\S]*?)\n##/.exec(text) ?? [];
  const [, judged = ""] = /## What `expect` judges\n([\s\S]*?)\n### /.exec(text) ?? [];

  test("has the table of steps that the verbs give", () => {
    const [, table] = /<!-- steps -->\n\n([\s\S]*?)\n\n<!-- \/steps -->/.exec(text) ?? [];
    expect(table).toBe(stepsReference());
  });

  test("lists every blank that a command may have, and no other", () => {
    const [, blanks = ""] = /### Blanks in commands\n([\s\S]*?)\n##/.exec(text + "\n##") ?? [];
    const told = [...blanks.matchAll(/^\| `(\$[^`]+)` +\| (.*?) +\|$/gm)].map(([, form, means]) => [form, means]);
    expect(told).toEqual(blankForms);
  });

  test("lists every event that a step can wait for, and no other", () => {
    const told = [...moments.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\|$/gm)].map(([, name, docs]) => [name, docs]);
    expect(told).toEqual(Object.entries(momentEvents).map(([name, { docs }]) => [name, docs]));
  });

  test("says of everything that `expect` can judge what its check says, and of nothing else", () => {
    const rows = judged.split("\n").filter((line) => line.startsWith("| `"));
    const told = rows.map((row) => row.split(" | ").map((cell) => cell.replace(/^\|| \|$/g, "").trim()));
    expect(told).toEqual(checks.map(({ docs }) => [`\`${docs.field}\``, docs.passes]));
  });
});

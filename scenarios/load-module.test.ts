import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { UserError } from "../core/errors.js";
import { asset } from "../core/paths.js";
import { loadTopology } from "../topologies/load.js";
import { checkScenario, readScenario } from "./load.js";
import { scenarioText } from "./load-module.js";
import { scenarioTypeText } from "./type-text.js";

const redmond = loadTopology("redmond", { cwd: ".", knownSamba: ["4.25"] }).spec;
const example = asset("docs", "examples", "each-node.ts");

/** The text of a scenario in a module with this content, and of others beside it. */
async function textOf(files: Readonly<Record<string, string>>): Promise<{ file: string; text: string }> {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-module-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return scenarioText("./mine.ts", folder);
}

async function complaint(files: Readonly<Record<string, string>>) {
  try {
    const { file, text } = await textOf(files);
    readScenario(file, text);
  } catch (error) {
    return (error as UserError).diagnostics[0];
  }
  return undefined;
}

describe("a scenario in TypeScript", () => {
  it("is compiled to the same form as one in YAML", async () => {
    const { file, text } = await scenarioText(example, "/");
    const loaded = readScenario(file, text);
    expect(checkScenario(loaded, redmond)).toEqual([]);
    const [copy] = loaded.scenario.steps;
    expect(copy?.args).toMatchObject({ id: "dvd", size: 1e9 });
    expect(copy?.during.map(({ verb, args, when }) => [verb.name, args, when?.at])).toEqual([
      ["disable", "node1", { copy: "dvd", progress: 0.1 }],
      ["enable", "node1", { copy: "dvd", progress: 0.25 }],
      ["disable", "node2", { copy: "dvd", progress: 0.4 }],
      ["enable", "node2", { copy: "dvd", progress: 0.55 }],
      ["disable", "node3", { copy: "dvd", progress: 0.7 }],
      ["enable", "node3", { copy: "dvd", progress: 0.85 }],
    ]);
  });

  it("may import other modules beside it", async () => {
    const { text } = await textOf({
      "mine.ts": `import { name } from "./name";\nexport default { name, topology: "redmond", steps: [{ enable: "all" }] };\n`,
      "name.ts": `export const name: string = "mine";\n`,
    });
    expect(JSON.parse(text)).toMatchObject({ name: "mine" });
  });

  it.each([
    ["what does not run", "throw new Error('no such day');", "scenario/module-failed", "no such day"],
    ["what is no TypeScript", "export default {", "scenario/module-failed", "mine.ts"],
    ["what exports nothing", "export const a = 1;", "scenario/no-default-export", "export default scenario"],
    ["a function among the steps", "export default { steps: [() => 1] };", "scenario/not-data", "steps[0]"],
    [
      "an unknown verb",
      "export default { name: 'a', topology: 'redmond', steps: [{ disabel: 'node1' }] };",
      "scenario/unknown-field",
      'did you mean "disable"?',
    ],
  ])("that is %s is refused with what to do", async (_what, text, code, says) => {
    const found = await complaint({ "mine.ts": text });
    expect(found?.code).toBe(code);
    expect(`${found?.message ?? ""} ${found?.hint ?? ""}`).toContain(says);
  });
});

describe("the types for editors", () => {
  it("are those that the schema gives (npm run schemas writes them)", () => {
    expect(readFileSync(asset("schemas", "plugfest.d.ts"), "utf8")).toBe(scenarioTypeText());
  });
});

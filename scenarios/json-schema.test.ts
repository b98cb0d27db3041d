import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { asset } from "../core/paths.js";
import { parseYaml } from "../core/source.js";
import { brokenScenarios } from "./broken.fixture.js";
import { scenarioJsonSchema } from "./json-schema.js";
import { shippedScenarios } from "./load.js";

const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(scenarioJsonSchema() as object);

test("the checked-in JSON Schema is the one that the schema gives (npm run schemas writes it)", () => {
  const text = readFileSync(asset("schemas", "scenario.schema.json"), "utf8");
  expect(JSON.parse(text)).toEqual(scenarioJsonSchema());
});

test.each(shippedScenarios())("an editor finds nothing wrong with %s, and its first line names the schema", (name) => {
  const text = readFileSync(asset("scenarios", "library", `${name}.yaml`), "utf8");
  expect(isValid(parseYaml(name, text).value), JSON.stringify(isValid.errors)).toBe(true);
  expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=../../schemas/scenario.schema.json");
});

test.each(brokenScenarios.filter(({ seenBy }) => seenBy === "schema").map(({ what, text }) => [what, text]))(
  "an editor also refuses %s",
  (_what, text) => {
    expect(isValid(parseYaml("broken.yaml", text).value)).toBe(false);
  },
);

import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { asset } from "../core/paths.js";
import { parseYaml } from "../core/source.js";
import { expectationsJsonSchema, nightlyJsonSchema } from "./json-schema.js";

test.each([
  ["nightly", nightlyJsonSchema()],
  ["expectations", expectationsJsonSchema()],
])("the checked-in JSON Schema of %s is the one that the schema gives (npm run schemas writes it)", (name, schema) => {
  expect(JSON.parse(readFileSync(asset("schemas", `${name}.schema.json`), "utf8"))).toEqual(schema);
});

test("an editor takes what is right and refuses what is not", () => {
  const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(nightlyJsonSchema());
  const holds = (text: string) => isValid(parseYaml("nightly.yaml", text).value);
  expect(holds("name: mine\nscenarios: [redmond-failover, { tag: failover }]\nkeep: { nights: 7 }\n")).toBe(true);
  expect(holds("name: mine\nscenarios: [redmond-failover]\nrepeat: 3\n")).toBe(false);
  expect(holds("name: mine\nscenarios: []\n")).toBe(false);
});

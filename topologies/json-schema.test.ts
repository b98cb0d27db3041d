import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { asset } from "../core/paths.js";
import { parseYaml } from "../core/source.js";
import { brokenTopologies } from "./broken.fixture.js";
import { topologyJsonSchema } from "./json-schema.js";
import { shippedTopologies } from "./load.js";

const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(topologyJsonSchema());

test("the checked-in JSON Schema is the one that the schema gives (npm run schemas writes it)", () => {
  const text = readFileSync(asset("schemas", "topology.schema.json"), "utf8");
  expect(JSON.parse(text)).toEqual(topologyJsonSchema());
});

test.each(shippedTopologies())("an editor finds nothing wrong with %s, and its first line names the schema", (name) => {
  const text = readFileSync(asset("topologies", "library", `${name}.yaml`), "utf8");
  expect(isValid(parseYaml(name, text).value), JSON.stringify(isValid.errors)).toBe(true);
  expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=../../schemas/topology.schema.json");
});

test.each(brokenTopologies.filter(({ seenBy }) => seenBy === "schema").map((each) => [each.what, each.text]))(
  "an editor also refuses %s",
  (_what, text) => {
    expect(isValid(parseYaml("broken.yaml", text).value)).toBe(false);
  },
);

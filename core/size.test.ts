import { describe, expect, test } from "vitest";
import { z } from "zod";
import { durationText, parseDuration, parsePercent, parseRate, parseSize, percentText, sizeText } from "./size.js";
import type { Parsed } from "./size.js";
import { parseYaml } from "./source.js";
import { validateWith } from "./validate.js";

const value = (parsed: Parsed) => (parsed.ok ? parsed.value : parsed.message);

test.each([
  ["4.7GB", 4_700_000_000],
  ["6GiB", 6 * 1024 ** 3],
  ["1 MiB", 1_048_576],
  ["512B", 512],
  ["0kB", 0],
  ["4.7GiB", 5_046_586_573],
])("the size %s is %i bytes", (text, bytes) => {
  expect(value(parseSize(text))).toBe(bytes);
});

test.each([
  ["250ms", 250],
  ["5s", 5000],
  ["1.5s", 1500],
  ["2m", 120_000],
  ["1h", 3_600_000],
])("the duration %s is %i ms", (text, ms) => {
  expect(value(parseDuration(text))).toBe(ms);
});

test.each([
  ["40%", 0.4],
  ["7%", 0.07],
  ["0%", 0],
  ["100%", 1],
  ["12.5%", 0.125],
])("the percentage %s is the fraction %d", (text, fraction) => {
  expect(value(parsePercent(text))).toBe(fraction);
});

test.each([
  ["10mbit", 1_250_000],
  ["1gbit", 125_000_000],
  ["56kbit", 7_000],
])("the rate %s is %i bytes per second", (text, bytes) => {
  expect(value(parseRate(text))).toBe(bytes);
});

describe("a quantity that cannot be read says what to write", () => {
  test.each<[string, Parsed, string, string | undefined]>([
    ["no unit", parseSize("4700"), 'a size needs a unit, got the text "4700"', expect.stringContaining("units: B, kB")],
    ["bits for bytes", parseSize("4.7Gb"), '"Gb" is not a unit of a size', 'did you mean "4.7GB"?'],
    ["words", parseSize("big"), 'expected a size such as "6GiB", got the text "big"', undefined],
    ["a negative one", parseDuration("-5s"), 'expected a duration such as "5s", got the text "-5s"', undefined],
    ["an unknown unit", parseDuration("5weeks"), '"weeks" is not a unit of a duration', "units: ms, s, m, min, h"],
    ["more than all", parsePercent("101%"), 'expected at most 100%, got "101%"', undefined],
    ["a name every object has", parseSize("5constructor"), '"constructor" is not a unit of a size', expect.anything()],
  ])("%s", (_what, parsed, message, hint) => {
    expect(parsed).toEqual({ ok: false, message, ...(hint !== undefined && { hint }) });
  });
});

const schema = z.strictObject({ size: sizeText, within: durationText, at: percentText });

test("fields of a file become numbers", () => {
  const source = parseYaml("f.yaml", "{ size: 4.7GB, within: 5s, at: 40% }");
  expect(validateWith(schema, source, { codePrefix: "toy" })).toEqual({
    ok: true,
    value: { size: 4.7e9, within: 5000, at: 0.4 },
  });
});

test("fields of a file are refused with the hint, and without a unit even as numbers", () => {
  const result = validateWith(schema, parseYaml("f.yaml", "{ size: 4.7Gb, within: 5, at: 40% }"), {
    codePrefix: "toy",
  });
  expect(result.ok ? [] : result.diagnostics.map(({ message, hint }) => [message, hint])).toEqual([
    ['size: "Gb" is not a unit of a size', 'did you mean "4.7GB"?'],
    ['within: expected a duration such as "5s"', undefined],
  ]);
});

test("an editor's JSON Schema knows the same form", () => {
  const json = z.toJSONSchema(schema, { target: "draft-07", io: "input" });
  const pattern = z
    .string()
    .parse(z.record(z.string(), z.looseObject({ pattern: z.string() })).parse(json["definitions"])["size"]?.pattern);
  expect(new RegExp(pattern).test("4.7GB")).toBe(true);
  expect(new RegExp(pattern).test("4.7Gb")).toBe(false);
});

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseYaml } from "./source.js";
import { validateWith } from "./validate.js";

const schema = z.strictObject({
  name: z.string().min(1).max(8),
  nodes: z.int().min(1).max(16).optional(),
  samba: z.union([z.string(), z.array(z.string())]).optional(),
  profile: z.enum(["persistent", "durable", "none"]).default("persistent"),
  size: z.union([z.enum(["small", "large"]), z.number()]).optional(),
  verbose: z.boolean().optional(),
  shares: z
    .record(z.string().regex(/^[a-z]+$/, "a share's name has only small letters"), z.strictObject({ path: z.string() }))
    .optional(),
  clients: z
    .array(
      z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("smb3") }),
        z.strictObject({ kind: z.literal("cifs"), options: z.string() }),
      ]),
    )
    .min(1)
    .optional(),
  steps: z
    .array(
      z.union([
        z.strictObject({
          copy: z.strictObject({ id: z.string(), size: z.number().gt(0) }),
          during: z.string().optional(),
        }),
        z.strictObject({ disable: z.string() }),
        z.strictObject({ enable: z.string() }),
      ]),
    )
    .optional(),
  even: z
    .number()
    .superRefine((value, context) => {
      if (value % 2 === 0) return;
      context.addIssue({ code: "custom", message: "odd", params: { hint: "add one", code: "odd-number" } });
    })
    .optional(),
});

function complaints(text: string): string[] {
  const result = validateWith(schema, parseYaml("f.yaml", text), { codePrefix: "toy" });
  if (result.ok) return [];
  return result.diagnostics.map(({ code, message, hint, position }) => {
    const { line = 0, column = 0, endColumn = 0, text: shown = "" } = position ?? {};
    const word = shown.slice(column - 1, endColumn - 1);
    return `${String(line)}[${word}] ${code}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
  });
}

test("a value that fits comes back with defaults filled in", () => {
  const result = validateWith(schema, parseYaml("f.yaml", "name: pair\n"), { codePrefix: "toy" });
  expect(result).toEqual({ ok: true, value: { name: "pair", profile: "persistent" } });
});

test("errors of YAML come first and alone", () => {
  expect(complaints("name: 010\nnodse: 1\n")).toEqual([
    '1[010] yaml/leading-zero: 010 is read as the number 10 (write 10, or "010" if text is meant)',
  ]);
});

describe("a deviation is told in the user's words, where it was written", () => {
  test.each([
    [
      "text that looks like a number",
      "name: a\nsamba: 4.20",
      ['2[4.20] toy/wrong-type: samba: expected text or a list, got the number 4.20 (quote it: "4.20")'],
    ],
    [
      "text that looks like a boolean",
      "name: true",
      ['1[true] toy/wrong-type: name: expected text, got true (quote it: "true")'],
    ],
    [
      "a number in quotes",
      'name: a\nnodes: "3"',
      ['2["3"] toy/wrong-type: nodes: expected a number, got the text "3" (write a number without quotes)'],
    ],
    [
      "yes for true",
      "name: a\nverbose: yes",
      ['2[yes] toy/wrong-type: verbose: expected true or false, got the text "yes" (write true)'],
    ],
    [
      "a broken number",
      "name: a\nnodes: 3.5",
      [
        "2[3.5] toy/wrong-type: nodes: expected a whole number, got the number 3.5 (write a whole number without quotes)",
      ],
    ],
    ["a number out of range", "name: a\nnodes: 40", ["2[40] toy/out-of-range: nodes: expected 1 to 16, got 40"]],
    ["a text too long", "name: abcdefghi", ["1[abcdefghi] toy/out-of-range: name: expected 1 to 8 characters, got 9"]],
    ["a list too short", "name: a\nclients: []", ["2[[]] toy/out-of-range: clients: expected at least 1 items, got 0"]],
    [
      "a mapping for text",
      "name: { a: b }",
      ["1[{ a: b }] toy/wrong-type: name: expected text, got a mapping (write one line of text)"],
    ],
    [
      "nothing for text",
      "name:\nnodes: 1",
      ["1[name] toy/wrong-type: name: expected text, got nothing (write one line of text)"],
    ],
    [
      "text for the whole file",
      "hello",
      ['1[hello] toy/wrong-type: expected a mapping, got the text "hello" (write its fields below it, indented)'],
    ],
    ["a missing field", "nodes: 1", ["1[nodes] toy/missing-field: name: this field is missing"]],
    [
      "a missing field below",
      "name: a\nshares: { dvd: {} }",
      ["2[dvd] toy/missing-field: shares.dvd.path: this field is missing"],
    ],
    [
      "unknown fields, one by one",
      "name: a\nnodse: 1\nfrobnicate: 2",
      [
        '2[nodse] toy/unknown-field: unknown field "nodse" (did you mean "nodes"?)',
        '3[frobnicate] toy/unknown-field: unknown field "frobnicate" (known: name, nodes, samba, profile, size, verbose, shares, clients, steps, even)',
      ],
    ],
    [
      "a misspelt field that is required, once",
      "nmae: a",
      ['1[nmae] toy/unknown-field: unknown field "nmae" (did you mean "name"?)'],
    ],
    [
      "a misspelt choice",
      "name: a\nprofile: durabel",
      [
        '2[durabel] toy/wrong-value: profile: expected "persistent", "durable" or "none", got the text "durabel" (did you mean "durable"?)',
      ],
    ],
    [
      "a choice or a number",
      "name: a\nsize: smal",
      [
        '2[smal] toy/wrong-value: size: expected "small", "large" or a number, got the text "smal" (did you mean "small"?)',
      ],
    ],
    [
      "a name of the user's own",
      "name: a\nshares: { DVD: { path: x } }",
      ["2[DVD] toy/wrong-name: shares.DVD: a share's name has only small letters"],
    ],
    [
      "an unknown kind",
      "name: a\nclients: [{ kind: smb }]",
      ['2[smb] toy/wrong-value: clients[0].kind: expected "smb3" or "cifs", got the text "smb" (did you mean "smb3"?)'],
    ],
    ["a missing kind", "name: a\nclients: [{}]", ["2[{}] toy/missing-field: clients[0].kind: this field is missing"]],
    [
      "a field of another kind",
      "name: a\nclients: [{ kind: smb3, options: x }]",
      ['2[options] toy/wrong-shape: clients[0]: the field "options" does not go with the others here'],
    ],
    ["a rule with words of its own", "name: a\neven: 3", ["2[3] toy/odd-number: even: odd (add one)"]],
  ])("%s", (_what, text, expected) => {
    expect(complaints(text)).toEqual(expected);
  });
});

describe("of several alternatives, the message speaks for the one that was meant", () => {
  test.each([
    [
      "inside the one whose field is there",
      "copy: { id: dvd, sise: 1 }",
      ['3[sise] toy/unknown-field: steps[0].copy: unknown field "sise" (did you mean "size"?)'],
    ],
    [
      "although another field is misspelt",
      "copy: { id: dvd, size: 0 }\n    durign: x",
      [
        "3[0] toy/out-of-range: steps[0].copy.size: expected more than 0, got 0",
        '4[durign] toy/unknown-field: steps[0]: unknown field "durign" (did you mean "during"?)',
      ],
    ],
    [
      "by all their fields when its own is misspelt",
      "dissable: node1",
      ['3[dissable] toy/unknown-field: steps[0]: unknown field "dissable" (did you mean "disable"?)'],
    ],
    [
      "or says that two of them are mixed",
      "enable: a\n    disable: b",
      [
        "3[enable] toy/wrong-shape: steps[0]: these fields do not belong together (known: copy, during, disable, enable)",
      ],
    ],
  ])("%s", (_what, step, expected) => {
    expect(complaints(`name: a\nsteps:\n  - ${step}\n`)).toEqual(expected);
  });
});

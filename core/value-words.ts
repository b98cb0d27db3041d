import type { Path } from "./source.js";

/** A value in the user's words; `typed` is the scalar as it was typed. */
export function describe(input: unknown, typed: string | undefined): string {
  if (input === null || input === undefined) return "nothing";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "number") return `the number ${typed ?? String(input)}`;
  if (typeof input === "string") return `the text "${input.length > 40 ? `${input.slice(0, 40)}…` : input}"`;
  return typeof input === "boolean" ? String(input) : "a mapping";
}

const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping",
  record: "a mapping",
  array: "a list",
  tuple: "a list",
  null: "nothing",
};

/** A type of the schema language in the user's words. */
export function typeText(type: string): string {
  return typeNames[type] ?? type;
}

const forms: Readonly<Record<string, string>> = {
  string: "write one line of text",
  number: "write a number without quotes",
  int: "write a whole number without quotes",
  boolean: "write true or false",
  object: "write its fields below it, indented",
  record: "write its entries below it, indented, as name: value",
  array: "write a list: [a, b]",
};

/** What to write so that a value of the wrong type becomes the right one. */
export function typeHint(expected: readonly string[], input: unknown, typed: string | undefined): string | undefined {
  const isPlain = typeof input === "number" || typeof input === "boolean";
  if (expected.includes("string") && isPlain) return `quote it: "${typed ?? String(input)}"`;
  // YAML 1.2 knows only true and false; these four were booleans in YAML 1.1.
  if (expected.includes("boolean") && typeof input === "string") {
    if (/^(yes|on)$/i.test(input)) return "write true";
    if (/^(no|off)$/i.test(input)) return "write false";
  }
  return forms[expected[0] ?? ""];
}

/** `a, b or c` */
export function oneOf(names: readonly string[]): string {
  if (names.length <= 1) return names.join("");
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}

import type { z } from "zod";
import type { Finding } from "./finding.js";
import { boundsOf, fieldsAt, schemasAt } from "./schema-walk.js";
import type { Path, Source } from "./source.js";
import { suggest, suggestHint } from "./suggest.js";
import { describe, oneOf, typeHint, typeText, valueAt } from "./value-words.js";

export interface ExplainContext {
  readonly schema: z.core.$ZodType;
  readonly source: Source;
  /** Where the paths of issues are counted from: issues inside a union begin at the union. */
  readonly base: Path;
}

/** A finding that came from a schema; `meant` is the field that an unknown one was taken for. */
export interface SchemaFinding extends Finding {
  readonly meant?: string | undefined;
}

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue["code"]> = Extract<Issue, { code: Code }>;

/** One issue of a schema in the user's words. */
export function explain(issue: Issue, context: ExplainContext): SchemaFinding[] {
  const { schema, source, base } = context;
  const path = [...base, ...issue.path];
  const input = valueAt(source.value, path);
  const got = describe(input, source.textOf(path));
  if (issue.message !== "" && issue.code !== "custom") return [{ path, code: "wrong-value", message: issue.message }];
  switch (issue.code) {
    case "unrecognized_keys": {
      const fields = fieldsAt(schema, path);
      return issue.keys.map((key) => unknownField(key, path, fields));
    }
    case "invalid_type":
      return input === undefined ? [missingField(path)] : [wrongType(path, [issue.expected], input, source)];
    case "invalid_value":
      return input === undefined ? [missingField(path)] : [wrongChoice(path, issue.values.map(String), input, got)];
    case "invalid_union":
      return input === undefined ? [missingField(path)] : explainUnion(issue, path, context);
    case "too_small":
    case "too_big": {
      const size = typeof input === "string" || Array.isArray(input) ? String(input.length) : got;
      const message = `expected ${rangeText(issue, path, schema)}, got ${size.replace("the number ", "")}`;
      return [{ path, code: "out-of-range", message }];
    }
    case "invalid_key": {
      const message = issue.issues.map((inner) => inner.message).find((text) => text !== "");
      return [{ path, at: "key", code: "wrong-name", message: message ?? "this name is not allowed" }];
    }
    case "invalid_element":
      return issue.issues.flatMap((inner) => explain(inner, { ...context, base: path }));
    case "invalid_format":
      return [{ path, code: "wrong-value", message: `expected ${issue.format}, got ${got}` }];
    case "not_multiple_of":
      return [{ path, code: "wrong-value", message: `expected a multiple of ${String(issue.divisor)}, got ${got}` }];
    case "custom": {
      const { hint, code } = (issue.params ?? {}) as { hint?: string; code?: string };
      return [{ path, code: code ?? "wrong-value", message: issue.message || "this value is not allowed", hint }];
    }
  }
}

/**
 * Speaks for the alternative that the user most likely meant: the one whose outer shape fits best. When none of them
 * takes even the type of the value, all are named.
 */
function explainUnion(issue: IssueOf<"invalid_union">, path: Path, context: ExplainContext): SchemaFinding[] {
  const { schema, source } = context;
  const input = valueAt(source.value, path);
  if (issue.errors.length === 0) {
    // A discriminated union: the path is that of the field that decides.
    const known = "options" in issue ? (issue.options as unknown[]).map(String) : [];
    return [wrongChoice(path, known, input, describe(input, source.textOf(path)))];
  }
  const ofType = issue.errors.filter((issues) => !issues.some(isAboutAllOfIt));
  if (ofType.length === 0) {
    const alternatives = issue.errors.flat();
    const known = alternatives.flatMap((each) => (each.code === "invalid_value" ? each.values.map(String) : []));
    const types = alternatives.flatMap((each) => (each.code === "invalid_type" ? [each.expected] : []));
    if (types.length > 0 && known.length === 0) return [wrongType(path, types, input, source)];
    return [wrongChoice(path, known, input, describe(input, source.textOf(path)), types)];
  }
  const misfits = ofType.map((issues) => issues.reduce((sum, each) => sum + misfit(each, input), 0));
  const least = Math.min(...misfits);
  const nearest = ofType.filter((_, index) => misfits[index] === least);
  if (nearest.length === 1 || least === 0) {
    return (nearest[0] ?? []).flatMap((each) => explain(each, { ...context, base: path }));
  }
  // Several alternatives are equally far: only the fields that none of them knows say something.
  const fields = [...new Set(fieldsAt(schema, path))];
  const unknown = nearest.flat().flatMap((each) => (each.code === "unrecognized_keys" ? each.keys : []));
  const strangers = [...new Set(unknown)].filter((key) => !fields.includes(key));
  if (strangers.length > 0) return strangers.map((key) => unknownField(key, path, fields));
  return [
    { path, code: "wrong-shape", message: "these fields do not belong together", hint: `known: ${fields.join(", ")}` },
  ];
}

function isAboutAllOfIt(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value");
}

/** How much an issue says that another alternative was meant: fields of the value itself that are unknown or missing. */
function misfit(issue: Issue, input: unknown): number {
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) return issue.keys.length;
  return issue.path.length === 1 && valueAt(input, issue.path) === undefined ? 1 : 0;
}

function unknownField(key: string, path: Path, fields: readonly string[]): SchemaFinding {
  if (fields.includes(key)) {
    return { path, field: key, code: "wrong-shape", message: `the field "${key}" does not go with the others here` };
  }
  const message = `unknown field "${key}"`;
  const hint = suggestHint(key, fields);
  return { path, field: key, code: "unknown-field", message, hint, meant: suggest(key, fields) };
}

function missingField(path: Path): SchemaFinding {
  return { path, code: "missing-field", message: "this field is missing" };
}

function wrongType(path: Path, expected: readonly string[], input: unknown, source: Source): SchemaFinding {
  const typed = source.textOf(path);
  const message = `expected ${oneOf([...new Set(expected.map(typeText))])}, got ${describe(input, typed)}`;
  return { path, code: "wrong-type", message, hint: typeHint(expected, input, typed) };
}

function wrongChoice(
  path: Path,
  known: readonly string[],
  input: unknown,
  got: string,
  types: readonly string[] = [],
): SchemaFinding {
  const expected = oneOf([...known.map((each) => `"${each}"`), ...types.map(typeText)]);
  const near = typeof input === "string" ? suggest(input, known) : undefined;
  const hint = near === undefined ? undefined : `did you mean "${near}"?`;
  return { path, code: "wrong-value", message: `expected ${expected}, got ${got}`, hint };
}

const units: Readonly<Record<string, string>> = { string: " characters", array: " items", object: " fields" };

/** Both bounds where the schema has both: `1 to 16`; else the one that was crossed. */
function rangeText(issue: IssueOf<"too_small" | "too_big">, path: Path, schema: z.core.$ZodType): string {
  const unit = units[issue.origin] ?? "";
  const [first] = schemasAt(schema, path);
  const { least, most } = first === undefined ? {} : boundsOf(first);
  if (least !== undefined && most !== undefined) return `${String(least)} to ${String(most)}${unit}`;
  const [limit, side] = issue.code === "too_small" ? [issue.minimum, "least"] : [issue.maximum, "most"];
  if (issue.inclusive === false) return `${side === "least" ? "more" : "less"} than ${String(limit)}${unit}`;
  return `at ${side} ${String(limit)}${unit}`;
}

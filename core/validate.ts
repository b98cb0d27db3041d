import type { z } from "zod";
import type { Diagnostic } from "./diagnostic.js";
import { explain } from "./explain-issue.js";
import { diagnosticsAt, pathText } from "./finding.js";
import type { Source } from "./source.js";

export type Validated<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export interface ValidateOptions {
  /** First part of every code, such as `topology`. */
  readonly codePrefix: string;
}

/**
 * Holds a source to a schema. Every deviation becomes a diagnostic in the user's words, at the place where it was
 * written. A message that the schema itself gives (its `error`, or `addIssue`) is kept as it is; a custom issue may
 * carry `params: { hint, code }`.
 */
export function validateWith<S extends z.ZodType>(
  schema: S,
  source: Source,
  { codePrefix }: ValidateOptions,
): Validated<z.output<S>> {
  if (source.diagnostics.some(({ severity }) => severity === "error")) {
    return { ok: false, diagnostics: source.diagnostics };
  }
  // An empty message marks an issue that the schema has no words of its own for.
  const result = schema.safeParse(source.value, { error: () => "" });
  if (result.success) return { ok: true, value: result.data };
  const found = result.error.issues.flatMap((issue) => explain(issue, { schema, source, base: [] }));
  // A misspelt field is one mistake: the field that it leaves missing is not another.
  const meant = new Set(found.flatMap(({ path, meant }) => (meant === undefined ? [] : [pathText([...path, meant])])));
  const findings = found.filter(({ code, path }) => code !== "missing-field" || !meant.has(pathText(path)));
  return { ok: false, diagnostics: diagnosticsAt(source, findings, codePrefix) };
}

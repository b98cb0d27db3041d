import type { Diagnostic } from "./diagnostic.js";
import type { Path, Source } from "./source.js";

/** Something wrong at a path of a source: what semantic checks report, and what schema issues become. */
export interface Finding {
  readonly path: Path;
  /** Where to point: at the value (the default) or at its key. */
  readonly at?: "key" | "value";
  /** A field below `path` that the message is about and names itself: pointed at by its key. */
  readonly field?: string;
  /** Second part of the diagnostic's code, such as `unknown-field`. */
  readonly code: string;
  /** Without the path, which is put before it. */
  readonly message: string;
  readonly hint?: string | undefined;
  readonly severity?: "error" | "warning";
}

/** `codePrefix` is the first part of the diagnostic's code, such as `topology`. */
export function diagnosticAt(source: Source, finding: Finding, codePrefix: string): Diagnostic {
  const { path, at, field, code, message, hint, severity = "error" } = finding;
  const prefix = pathText(path);
  return {
    code: `${codePrefix}/${code}`,
    severity,
    message: prefix === "" ? message : `${prefix}: ${message}`,
    position: field === undefined ? source.positionOf(path, at) : source.positionOf([...path, field], "key"),
    ...(hint !== undefined && { hint }),
  };
}

/** All of them, in the order of the file: as one reads it when setting things right. */
export function diagnosticsAt(source: Source, findings: readonly Finding[], codePrefix: string): Diagnostic[] {
  const place = ({ position }: Diagnostic) => (position?.line ?? 0) * 1e6 + (position?.column ?? 0);
  return findings.map((each) => diagnosticAt(source, each, codePrefix)).sort((a, b) => place(a) - place(b));
}

/** `steps[0].copy.id` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${String(key)}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

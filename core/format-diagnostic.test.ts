import { expect, test } from "vitest";
import type { Diagnostic } from "./diagnostic.js";
import { formatDiagnostic } from "./format-diagnostic.js";

const memry: Diagnostic = {
  code: "topology/unknown-field",
  severity: "error",
  message: 'nodes.dc1: unknown field "memry"',
  position: { file: "pair.yaml", line: 6, column: 5, endColumn: 10, text: "    memry: 1Gi" },
  hint: 'did you mean "memory"?',
};

test("a diagnostic shows place, line, squiggle and hint", () => {
  expect(formatDiagnostic(memry, { color: false })).toBe(
    [
      'pair.yaml:6:5 error: nodes.dc1: unknown field "memry"',
      "  6 |     memry: 1Gi",
      "    |     ~~~~~",
      '  hint: did you mean "memory"?',
    ].join("\n"),
  );
});

test("a diagnostic without a place is one line", () => {
  expect(formatDiagnostic({ code: "x/y", severity: "warning", message: "mind the gap" }, { color: false })).toBe(
    "warning: mind the gap",
  );
});

test("the squiggle stays below its word after tabs and is never empty", () => {
  const position = { file: "f", line: 10, column: 3, endColumn: 3, text: "\ta: b" };
  expect(formatDiagnostic({ ...memry, position }, { color: false }).split("\n")[2]).toBe("     | \t ~");
});

test("colour only adds escape sequences", () => {
  const colored = formatDiagnostic(memry, { color: true });
  expect(colored).toContain("\u001b[31merror:\u001b[0m");
  const escape = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
  expect(colored.replace(escape, "")).toBe(formatDiagnostic(memry, { color: false }));
});

test("control characters of the file do not reach the terminal", () => {
  const position = { file: "f", line: 1, column: 1, endColumn: 2, text: "a\u001b[2Jb" };
  expect(formatDiagnostic({ ...memry, position }, { color: false })).not.toContain("\u001b");
});

import type { Diagnostic } from "./diagnostic.js";

export interface FormatOptions {
  /** With ANSI colours, for terminals. */
  readonly color: boolean;
}

/**
 * One diagnostic for people, without a newline at its end:
 *
 *     pair.yaml:6:5 error: nodes.dc1: unknown field "memry"
 *       6 |     memry: 1Gi
 *         |     ~~~~~
 *       hint: did you mean "memory"?
 */
export function formatDiagnostic(diagnostic: Diagnostic, { color }: FormatOptions): string {
  const paint = color ? ansi : plain;
  const { position, severity, hint } = diagnostic;
  const tint = severity === "error" ? "red" : "yellow";
  const where = position === undefined ? "" : `${locationOf(position)} `;
  const lines = [`${paint("bold", where)}${paint(tint, `${severity}:`)} ${printable(diagnostic.message)}`];
  if (position !== undefined) {
    const number = String(position.line);
    // A tab before the squiggle keeps its width by staying a tab.
    const indent = position.text.slice(0, position.column - 1).replace(/[^\t]/gu, " ");
    const squiggle = "~".repeat(Math.max(1, position.endColumn - position.column));
    lines.push(`  ${paint("dim", `${number} |`)} ${printable(position.text)}`);
    lines.push(`  ${paint("dim", `${" ".repeat(number.length)} |`)} ${indent}${paint(tint, squiggle)}`);
  }
  if (hint !== undefined) lines.push(`  ${paint("cyan", "hint:")} ${printable(hint)}`);
  return lines.join("\n");
}

function locationOf({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${file}:${String(line)}:${String(column)}`;
}

/** What a file holds must not steer the terminal that shows it. */
function printable(text: string): string {
  return text.replace(/(?!\t)\p{Cc}/gu, "�");
}

const styles = { bold: 1, dim: 2, red: 31, yellow: 33, cyan: 36 } as const;
type Style = keyof typeof styles;

function ansi(style: Style, text: string): string {
  return `\u001b[${String(styles[style])}m${text}\u001b[0m`;
}

function plain(_style: Style, text: string): string {
  return text;
}

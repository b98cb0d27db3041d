/**
 * A line for people, broken between words so that no part of it is wider than `columns`; what follows the first break is
 * indented by `indent`. A word that is too long by itself, such as a hash, is broken where the line ends.
 */
export function wrap(line: string, columns: number, indent: number): string {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    // The first line's own indentation is no place to break at.
    const from = lines.length === 0 ? Math.max(indent, rest.search(/\S/)) : indent;
    const space = rest.lastIndexOf(" ", columns);
    const at = space > from ? space : columns;
    lines.push(rest.slice(0, at).trimEnd());
    rest = " ".repeat(indent) + rest.slice(at).trimStart();
  }
  return [...lines, rest].join("\n");
}

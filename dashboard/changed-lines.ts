/** What makes one frame of another on a terminal: only the lines that are other than they were, at their places. */
export function changedLines(shown: readonly string[], lines: readonly string[]): string {
  const changes = lines.flatMap((line, row) => (line === shown[row] ? [] : [`${place(row)}${line}\u001B[0m\u001B[K`]));
  const rest = lines.length < shown.length ? [`${place(lines.length)}\u001B[J`] : [];
  return [...changes, ...rest].join("");
}

function place(row: number): string {
  return `\u001B[${String(row + 1)};1H`;
}

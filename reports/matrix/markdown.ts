import { formatMs } from "../format.js";
import { summaryOf } from "./results.js";
import type { CellResults, MatrixResults } from "./results.js";

/** A matrix as a table of Markdown: one row for each cell, then why a run is no pass, and the commands that made it. */
export function matrixMarkdown(results: MatrixResults): string {
  const axes = results.axes.map(({ name }) => name);
  const head = [...axes, "n", "verdict", "grade", "stall p50", "stall p95"];
  const rows = results.cells.map((cell) => [...axes.map((axis) => cell.values[axis] ?? ""), ...figures(cell)]);
  const reasons = results.cells.flatMap((cell) =>
    cell.runs
      .filter(({ outcome }) => outcome !== "pass")
      .map(({ repeat, outcome, reasons, folder }) => {
        const why = reasons.map(oneLine).join("; ");
        return `- ${cell.id}, run ${String(repeat)}: ${outcome}: ${why} (${folder})`;
      }),
  );
  return [
    `# ${results.matrix}`,
    "",
    ...(results.description === "" ? [] : [results.description, ""]),
    ...table([head, ...rows]),
    "",
    ...(reasons.length === 0 ? [] : ["## What is no pass", "", ...reasons, ""]),
    ...(results.notes.length === 0 ? [] : ["## Between the runs", "", ...results.notes.map((note) => `- ${note}`), ""]),
    "## Made by",
    "",
    "```console",
    ...results.commands.map((command) => `$ ${command}`),
    "```",
    "",
  ].join("\n");
}

function figures({ runs }: CellResults): string[] {
  const { n, outcomes, grades, stall } = summaryOf(runs);
  return [
    String(n),
    counted(outcomes, n),
    counted(grades, n),
    stall === null ? "" : formatMs(stall.p50Ms),
    stall === null ? "" : formatMs(stall.p95Ms),
  ];
}

/** `pass`, or `2 pass, 1 fail` where not all are alike. */
function counted(counts: Readonly<Record<string, number>>, n: number): string {
  return Object.entries(counts)
    .map(([what, count]) => (count === n ? what : `${String(count)} ${what}`))
    .join(", ");
}

/** Columns of equal width, so that the text reads as well as what is made of it. */
function table(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => oneLine(cell).replaceAll("|", "\\|")));
  const [head = []] = cells;
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, at) => (row[at] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...cells.slice(1).map(line)];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

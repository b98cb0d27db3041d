import type { AnyVerb } from "./scenario.js";
import { parallel } from "./steps/parallel.js";
import { verbs } from "./verbs.js";

/** Every step of the language, in each of its forms, as a Markdown table, for docs/scenario.md. */
export function stepsReference(): string {
  const all: readonly Pick<AnyVerb, "docs">[] = [...Object.values<AnyVerb>(verbs), parallel];
  const rows = all.flatMap(({ docs }) => docs.map(({ form, does }) => [`\`${form}\``, does] as const));
  const lines = [["step", "what it does"] as const, ...rows];
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const [header = "", ...body] = lines.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  return [header, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body].join("\n");
}

import type { Outcome } from "../../core/event.js";
import { formatMs } from "../format.js";
import { escapeMarkup } from "../escape.js";

/** Each outcome has a sign and a word; its colour says nothing more. */
export function outcomeMark(outcome: Outcome): string {
  const sign = { pass: "✓", fail: "✗", unknown: "?" }[outcome];
  return `<span class="mark ${outcome}">${sign} ${outcome}</span>`;
}

/** Seconds since the run began, to the millisecond. */
export const sinceStart = (startedMs: number, atMs: number) => `${((atMs - startedMs) / 1000).toFixed(3)} s`;

export const duration = (fromMs: number, toMs: number | undefined) =>
  toMs === undefined ? "did not end" : formatMs(toMs - fromMs);

export function section(id: string, title: string, body: string): string {
  return body === ""
    ? ""
    : `<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${escapeMarkup(title)}</h2>\n${body}\n</section>\n`;
}

/** Rows of cells that are markup already. On a narrow screen each cell goes below the other, with its heading. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const head = headings.map((text) => `<th scope="col">${escapeMarkup(text)}</th>`).join("");
  const body = rows.map(
    (cells) =>
      `<tr>${cells.map((cell, at) => `<td data-h="${escapeMarkup(headings[at] ?? "")}">${cell}</td>`).join("")}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table>`;
}

export const details = (summary: string, body: string) =>
  `<details><summary>${escapeMarkup(summary)}</summary>\n${body}\n</details>`;

/** The first `most` items, and a line that says how many more there are. */
export function bounded<T>(items: readonly T[], most: number, where: string): { shown: readonly T[]; rest: string } {
  if (items.length <= most) return { shown: items, rest: "" };
  const more = String(items.length - most);
  return { shown: items.slice(0, most), rest: `<p class="quiet">${more} more are in ${escapeMarkup(where)}.</p>` };
}

/** Text as markup, cut where one value could fill the page by itself. */
export function text(value: string, most = 2000): string {
  return escapeMarkup(value.length > most ? `${value.slice(0, most)} … (cut)` : value);
}

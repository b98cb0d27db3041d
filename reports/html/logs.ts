import { details, text } from "./markup.js";
import type { Window } from "./scale.js";

/** Of each node's log so many lines, and of each line so many characters, are shown. */
export const MAX_LINES = 80;
export const MAX_LINE = 240;
const MAX_NODES = 16;

/**
 * What each node logged in a window of time, or the end of its log when there is no window. Of longer excerpts the
 * beginning and the end are shown, with the number of lines between them. A line without a time belongs to the one above.
 */
export function logExcerpts(logs: Readonly<Record<string, string>>, window: Window | undefined): string {
  const names = Object.keys(logs).sort();
  const parts = names.slice(0, MAX_NODES).map((name) => {
    const lines = (logs[name] ?? "").split("\n").filter((line) => line !== "");
    const chosen = window === undefined ? lines.slice(-MAX_LINES) : within(lines, window);
    const shown =
      chosen.length <= MAX_LINES
        ? chosen
        : [
            ...chosen.slice(0, MAX_LINES / 2),
            `… ${String(chosen.length - MAX_LINES)} lines are left out here …`,
            ...chosen.slice(-MAX_LINES / 2),
          ];
    const body =
      shown.length === 0
        ? "<p>It logged nothing in this time.</p>"
        : `<pre>${shown.map((line) => text(line, MAX_LINE)).join("\n")}</pre>`;
    return details(`${name}: ${String(chosen.length)} of ${String(lines.length)} lines (nodes/${name}.log)`, body);
  });
  const more =
    names.length > MAX_NODES
      ? `<p class="quiet">The logs of ${String(names.length - MAX_NODES)} more are in nodes/.</p>`
      : "";
  return parts.join("\n") + more;
}

function within(lines: readonly string[], { fromMs, toMs }: Window): string[] {
  let inside = false;
  return lines.filter((line) => {
    const atMs = Date.parse(line.slice(0, line.indexOf(" ")));
    if (!Number.isNaN(atMs)) inside = atMs >= fromMs && atMs <= toMs;
    return inside;
  });
}

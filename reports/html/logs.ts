import { smbdTime } from "../../cluster/smbd-log.js";
import { details, text } from "./markup.js";
import type { Window } from "./scale.js";

/** Of each node's log so many lines, and of each line so many characters, are shown. */
export const MAX_LINES = 80;
export const MAX_LINE = 240;
const MAX_LOGS = 16;

/**
 * What each node's ctdbd and smbd logged in windows of time, or the end of their logs when there are none. Of longer
 * excerpts the beginning and the end are shown, with the number of lines between them. A line without a time belongs to the
 * one above.
 */
export function logExcerpts(logs: Readonly<Record<string, string>>, windows: readonly Window[] | undefined): string {
  const names = Object.keys(logs).sort();
  const parts = names.slice(0, MAX_LOGS).map((name) => {
    const lines = (logs[name] ?? "").split("\n").filter((line) => line !== "");
    const chosen = windows === undefined ? lines.slice(-MAX_LINES) : within(lines, windows);
    const body =
      chosen.length === 0
        ? "<p>It logged nothing in this time.</p>"
        : `<pre>${shorten(chosen)
            .map((line) => text(line, MAX_LINE))
            .join("\n")}</pre>`;
    return details(
      `${titleOf(name)}: ${String(chosen.length)} of ${String(lines.length)} lines (nodes/${name}.log)`,
      body,
    );
  });
  const more =
    names.length > MAX_LOGS ? `<p class="quiet">${String(names.length - MAX_LOGS)} more logs are in nodes/.</p>` : "";
  return parts.join("\n") + more;
}

/** `node1.smbd` and `node1`, or `node1.1` for the older part of a long log. */
function titleOf(name: string): string {
  const [node = name, ...rest] = name.split(".");
  return rest.includes("smbd") ? `${node}, smbd` : `${node}, CTDB${rest.length > 0 ? ", earlier" : ""}`;
}

function shorten(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_LINES) return lines;
  const left = `… ${String(lines.length - MAX_LINES)} lines are left out here …`;
  return [...lines.slice(0, MAX_LINES / 2), left, ...lines.slice(-MAX_LINES / 2)];
}

function within(lines: readonly string[], windows: readonly Window[]): string[] {
  let inside = false;
  return lines.filter((line) => {
    const atMs = smbdTime(line) ?? Date.parse(line.slice(0, line.indexOf(" ")));
    if (!Number.isNaN(atMs)) inside = windows.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
    return inside;
  });
}

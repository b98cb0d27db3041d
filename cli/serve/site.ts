import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, extname, join, relative, sep } from "node:path";
import { readHistory } from "../../nightly/history/read.js";
import type { Night } from "../../nightly/history/read.js";
import { verdictOf } from "../../nightly/verdict.js";
import { outcomeMark, table, text } from "../../reports/html/markup.js";
import { page } from "../../reports/html/page.js";
import { style } from "../../reports/html/style.js";

export interface Page {
  readonly status: 200 | 404;
  readonly type: string;
  readonly body: string | Buffer;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".xml": "application/xml",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".jsonl": "text/plain; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".log": "text/plain; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
  ".yaml": "text/plain; charset=utf-8",
};

/** Keys of encrypted sessions lie beside their captures: whoever may read those on the disk needs no server. */
const SECRET = "session-keys.jsonl";

const missing: Page = { status: 404, type: "text/plain; charset=utf-8", body: "there is nothing here\n" };

/** What is at a path: nightlies with their nights at `/`, else a file below the folder of runs, if it is a report or a record. */
export function pageAt(runs: string, path: string): Page {
  if (path === "/") return { status: 200, type: "text/html; charset=utf-8", body: overview(runs) };
  const file = fileAt(runs, path);
  const type = file === undefined ? undefined : types[extname(file)];
  if (file === undefined || type === undefined || basename(file) === SECRET) return missing;
  return { status: 200, type, body: readFileSync(file) };
}

/** A file that really lies in the folder, wherever links and dots lead. */
function fileAt(runs: string, path: string): string | undefined {
  try {
    const root = realpathSync(runs);
    const file = realpathSync(join(root, decodeURIComponent(path)));
    const inside = relative(root, file);
    return inside.startsWith(`..${sep}`) || inside === ".." || !statSync(file).isFile() ? undefined : file;
  } catch {
    return undefined;
  }
}

/** A night that was judged says it itself: its runs need not be read. */
function madeIn(night: Night): number {
  const { finished } = night;
  if (finished === undefined) return night.runs.length;
  return finished.judgement.cells.reduce((sum, { passed, failed, unknown }) => sum + passed + failed + unknown, 0);
}

function overview(runs: string): string {
  const names = existsSync(runs)
    ? readdirSync(runs).filter((name) => existsSync(join(runs, name, "history.jsonl")))
    : [];
  const parts = names.sort().map((name) => {
    const rows = readHistory(join(runs, name, "history.jsonl"))
      .nights.toReversed()
      .map((night) => {
        const { started, finished } = night;
        const place = `${encodeURIComponent(name)}/${encodeURIComponent(started.night)}/nightly.html`;
        const link = finished === undefined ? text(started.night) : `<a href="${place}">${text(started.night)}</a>`;
        const mark = finished === undefined ? "not finished" : outcomeMark(verdictOf(finished.judgement));
        return [link, mark, `${String(madeIn(night))} runs of ${String(started.cells.length)} cells`];
      });
    return `<section><h2>${text(name)}</h2>${table(["night", "outcome", "made"], rows)}</section>`;
  });
  const body = parts.length === 0 ? "<p>No nightly has been run in this folder.</p>" : parts.join("\n");
  return page({ title: "plugfest nightlies", style }, `<main><h1>Nightlies</h1>\n${body}</main>`);
}

import { bounded, details, section, table, text } from "../reports/html/markup.js";
import { page } from "../reports/html/page.js";
import { style } from "../reports/html/style.js";
import { differences, trend } from "./html-trend.js";
import type { Night } from "./history/read.js";
import type { RunRecord } from "./history/line.js";
import { outcomeOf } from "./judge/status.js";
import { verdictOf, worthTelling } from "./verdict.js";
import { changeText, countsText } from "./words.js";

/** The heat map and the trends show so many nights, and so many cells. */
const NIGHTS = 30;
const CELLS = 400;

const signs = { pass: "✓", fail: "✗", mixed: "±", unknown: "?" } as const;

const heat = `
.heat td { text-align: center; padding: .1rem .35rem; font-weight: 600; } .heat td:first-child, .heat th:first-child { text-align: left; font-weight: 400; white-space: nowrap; }
.heat { display: block; overflow-x: auto; } .heat th { font-size: .75rem; font-weight: 400; padding: .1rem .3rem; overflow-wrap: normal; }
.heat .pass { color: var(--pass); } .heat .fail { color: var(--bg); background: var(--fail); } .heat .unknown { color: var(--unknown); }
.heat .mixed { color: var(--fail); } .heat .known { color: var(--fail); opacity: .7; } .heat tr > * { border: 1px solid var(--edge); }
.trend { max-width: 100%; height: auto; } .trend circle { fill: var(--line); } .trend circle.slower { fill: var(--fail); } .version { stroke: var(--warm); stroke-dasharray: 3 3; }
`;

/**
 * A night as one page that needs nothing beside itself, like a run's: what changed first, then every cell over the last
 * nights, then its stalls. Nights are oldest first; the last is the one that is told.
 */
export function nightHtml(name: string, nights: readonly Night[]): string {
  const shown = nights.slice(-NIGHTS);
  const night = shown.at(-1);
  if (night === undefined) throw new Error("there is no night to tell of");
  const { started, finished, runs } = night;
  const outcome = finished === undefined ? "unknown" : verdictOf(finished.judgement);
  const title = `${outcome}: nightly ${name} ${started.night}`;
  const count = (wanted: string) => String(runs.filter((run) => run.outcome === wanted).length);
  const cut = finished?.cut ?? null;
  const remarks = [...(cut === null ? [] : [`cut short: ${cut}`]), ...(finished?.judgement.remarks ?? [])];
  return page(
    { title, style: style + heat },
    `<header class="${outcome}"><h1>${text(title)}</h1>
<p>${String(runs.length)} runs of ${String(started.cells.length)} cells: ${count("pass")} pass, ${count("fail")} fail, ${count("unknown")} unknown.</p>
${remarks.map((remark) => `<p>${text(remark)}</p>`).join("\n")}</header>
<main>
${section("changes", "What changed", changes(night, shown.at(-2)))}${known(night)}${section("cells", "Cells, night by night", heatMap(shown))}${section("trends", "Stalls, night by night", trends(shown))}${section("runs", "Runs of this night", runTable(night))}</main>
<footer class="quiet">plugfest ${text(started.version)}. ${String(finished?.judgement.compared ?? 0)} measures were compared. history.jsonl has everything.</footer>`,
  );
}

function changes({ finished, runs }: Night, before: Night | undefined): string {
  const told = finished === undefined ? [] : worthTelling(finished.judgement);
  if (told.length === 0) return "<p>Nothing changed.</p>";
  const rows = told.map((cell) => {
    const software = softwareOf(cell.cell, runs, before?.runs ?? []);
    const lines = [countsText(cell), cell.reason, ...cell.changes.map(changeText), software].filter(
      (line) => line !== "",
    );
    const first = runs.find((run) => run.cell === cell.cell && run.outcome !== "pass");
    const link = first === undefined ? "" : ` ${reportLink(first, "report")}`;
    const slower = cell.changes.some(({ direction }) => direction === "slower") ? "slower" : "faster";
    const status = cell.status === "pass" && cell.changes.length > 0 ? slower : cell.status;
    return [`<b>${text(status)}</b>`, text(cell.cell), lines.map((line) => text(line)).join("<br>") + link];
  });
  return table(["what", "cell", "because"], rows);
}

/** What is other of the software of a cell's machines since the night before, each change once however many have it. */
function softwareOf(cell: string, runs: readonly RunRecord[], before: readonly RunRecord[]): string {
  const of = (all: readonly RunRecord[]) => all.findLast((run) => run.cell === cell)?.versions;
  const [then, now] = [of(before), of(runs)];
  if (then === undefined || now === undefined) return "";
  const changed = differences(then, now);
  if (changed === "") return "";
  const each = changed.split(", ").map((one) => one.replace(/^node\d+ (?=\S+ \S+ →)/, ""));
  return `since the night before: ${[...new Set(each)].join(", ")}`;
}

/** What failed and was expected to: no news, but not forgotten either. */
function known({ finished }: Night): string {
  const cells = finished?.judgement.cells.filter(({ status }) => status === "known failure") ?? [];
  if (cells.length === 0) return "";
  const rows = cells.map((cell) => [text(cell.cell), text(countsText(cell)), text(cell.reason, 400)]);
  return section("known", "Known failures", table(["cell", "tonight", "because"], rows));
}

/** The newest night first, so that it is seen on a small screen, too. */
function heatMap(oldestFirst: readonly Night[]): string {
  const nights = oldestFirst.toReversed();
  const cells = [...new Set(nights.flatMap(({ started }) => started.cells.map(({ cell }) => cell)))];
  const { shown, rest } = bounded(cells, CELLS, "history.jsonl");
  const days = nights.map(({ started }) => started.night.slice(5, 10));
  const head = nights
    .map(({ started }, at) => {
      const day = days[at] ?? "";
      // Two nights of one day need their hours.
      const alone = days.filter((one) => one === day).length === 1;
      return `<th scope="col">${text(alone ? day : started.night.slice(5, 16).replace("T", " "))}</th>`;
    })
    .join("");
  const byNight = nights.map(({ runs }) => byCell(runs));
  const rows = shown.map((cell) => {
    const marks = nights.map(({ started, finished }, at) => {
      const own = byNight[at]?.get(cell) ?? [];
      const outcome = outcomeOf(own);
      if (outcome === null) return `<td title="${text(started.night)}: not run"></td>`;
      const passed = `${String(own.filter((run) => run.outcome === "pass").length)} of ${String(own.length)} passed`;
      if (statusIn(finished, cell) === "known failure") {
        return `<td class="known" title="${text(started.night)}: ${passed}, as expected">(${signs[outcome]})</td>`;
      }
      return `<td class="${outcome}" title="${text(started.night)}: ${passed}">${signs[outcome]}</td>`;
    });
    return `<tr><td>${text(cell)}</td>${marks.join("")}</tr>`;
  });
  return `<table class="heat"><thead><tr><th scope="col">cell</th>${head}</tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table>
<p class="quiet">✓ all passed, ✗ all failed, ± some failed, ? not proven, ( ) as expected.</p>${rest}`;
}

function statusIn(finished: Night["finished"], cell: string): string | undefined {
  return finished?.judgement.cells.find((one) => one.cell === cell)?.status;
}

function byCell(runs: readonly RunRecord[]): Map<string, RunRecord[]> {
  const found = new Map<string, RunRecord[]>();
  for (const run of runs) found.set(run.cell, [...(found.get(run.cell) ?? []), run]);
  return found;
}

function runTable({ runs }: Night): string {
  const { shown, rest } = bounded(runs, CELLS, "history.jsonl");
  const rows = shown.map((run) => [
    text(run.host === undefined ? run.cell : `${run.cell} on ${run.host}`),
    reportLink(run, `${signs[run.outcome]} run ${String(run.repeat)}`),
    text(run.grade ?? ""),
    run.stallMs === null ? "" : `${run.stallMs.toFixed(0)} ms`,
    text(run.reasons[0] ?? "", 300),
  ]);
  const words = `${String(runs.length)} runs with their reports`;
  return details(words, table(["cell", "run", "grade", "stall", "because"], rows) + rest);
}

function reportLink({ folder }: RunRecord, words: string): string {
  return `<a href="${text(encodeURI(folder))}/report.html">${text(words)}</a>`;
}

function trends(nights: readonly Night[]): string {
  const cells = nights.at(-1)?.started.cells ?? [];
  const { shown, rest } = bounded(cells, 60, "history.jsonl");
  return shown.map(({ cell }) => trend(cell, nights)).join("\n") + rest;
}

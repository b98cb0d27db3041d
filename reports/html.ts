import type { Event } from "../core/event.js";
import { outcomeOfProof } from "../core/proof-outcome.js";
import { figures, handleStory, phaseTable, throughput } from "./html/copy.js";
import { ownership } from "./html/lanes.js";
import { logExcerpts } from "./html/logs.js";
import { bounded, details, outcomeMark, section, table, text } from "./html/markup.js";
import { page } from "./html/page.js";
import type { Window } from "./html/scale.js";
import { storyOf } from "./html/story.js";
import type { CopyStory, Story } from "./html/story.js";
import { style } from "./html/style.js";
import { timeline } from "./html/timeline.js";
import { versionTable } from "./html/versions.js";

/** What lies in a run's folder beside its events; a run that broke off may lack any of it. */
export interface Attachments {
  /** Each node's log. */
  readonly logs: Readonly<Record<string, string>>;
  /** Texts to show whole: rendered configuration files by path, the resolved topology. */
  readonly files: Readonly<Record<string, string>>;
}

const MAX_COPIES = 8;
const MAX_LISTED = 100;
const MAX_FILES = 24;
const MAX_FILE = 16_000;
const LOG_BEFORE_MS = 500;
const LOG_AFTER_MS = 1500;

/**
 * A run as one page that needs nothing beside itself: no script, no font, no request, which its content security policy
 * forbids as well. The same events and attachments give the same page. Its size is bounded (docs/reports.md).
 */
export function reportHtml(events: readonly Event[], { logs, files }: Attachments): string {
  const story = storyOf(events);
  const { shown: copies, rest } = bounded(story.copies, MAX_COPIES, "events.jsonl");
  const each = (show: (copy: CopyStory, story: Story) => string) => copies.map((copy) => show(copy, story)).join("\n");
  const title = `${story.verdict?.outcome ?? "unknown"}: ${story.scenario}`;
  return page(
    { title, style },
    `<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="7"/></pattern></defs></svg>
${verdict(story)}
<main>
${each(figures)}${rest}
${section("checks", "Checks", checks(story))}${section("proofs", "What turns the checks red", proofs(story))}${section("throughput", "Throughput", each(throughput))}${section("phases", "Phases of the stall", each(phaseTable))}${section("addresses", "Nodes and public addresses", ownership(story, copyWindow(story)))}${section("timeline", "Steps and faults", timeline(story))}${section("handle", "The handle's story", each(handleStory))}${section("failures", "What broke", failures(story))}${section("notes", "Notes", notes(story))}${section("logs", "Logs around the fault", logExcerpts(logs, faultWindows(story)))}${section("versions", "Versions", versionTable(story.versions))}${section("configuration", "Configuration", configuration(files))}</main>
<footer class="quiet">plugfest ${text(story.version)}, seed ${text(story.seed)}, <code>plugfest ${text(story.argv.join(" "))}</code>. Times are seconds since the run began; events.jsonl in the run's folder has everything.</footer>`,
  );
}

function verdict({ verdict: found, scenario, topology, startedMs }: Story): string {
  const { outcome, reasons } = found ?? { outcome: "unknown" as const, reasons: ["the run did not finish"] };
  const { shown, rest } = bounded(reasons, MAX_LISTED, "verdict.json");
  const list = shown.length === 0 ? "" : `<ul>${shown.map((reason) => `<li>${text(reason)}</li>`).join("")}</ul>`;
  const began = new Date(startedMs).toISOString().slice(0, 19).replace("T", " ");
  return `<header class="${outcome}"><h1>${outcomeMark(outcome)} ${text(scenario)}</h1>${list}${rest}<p class="quiet">on topology ${text(topology)}, ${began} UTC</p></header>`;
}

function checks({ checks: all }: Story): string {
  const { shown, rest } = bounded(all, MAX_LISTED, "verdict.json");
  const rows = shown.map(({ check, outcome, reason }) => [outcomeMark(outcome), text(check), text(reason)]);
  return rows.length === 0 ? "<p>Nothing was checked.</p>" : table(["outcome", "check", "because"], rows) + rest;
}

/** Each check with each defect that was planted below it. */
function proofs({ proofs: all }: Story): string {
  const { shown, rest } = bounded(all, MAX_LISTED, "events.jsonl");
  const rows = shown.flatMap(({ check, proven, reason, defects }) => [
    [
      outcomeMark(outcomeOfProof({ proven, defects })),
      text(check),
      proven ? "proven" : `unproven: ${text(reason)}`,
      "",
    ],
    ...defects.map(({ name, result, reason: said }) => ["", "", `${text(name)}: ${result}`, text(said)]),
  ]);
  return rows.length === 0 ? "" : table(["", "check", "planted defect", "what the check said"], rows) + rest;
}

function failures({ failures: all }: Story): string {
  const { shown, rest } = bounded(all, 20, "events.jsonl");
  const parts = shown.map(({ code, message, command, exit, stderrTail, hint }) => {
    const ran =
      command === undefined
        ? ""
        : `<p>Command: <code>${text(command)}</code>${exit === undefined ? "" : `, exit ${String(exit)}`}</p>`;
    const tail =
      stderrTail === undefined || stderrTail === "" ? "" : `<pre>${text(stderrTail.slice(-4000), 4000)}</pre>`;
    return `<p><b>${text(code)}</b>: ${text(message)}</p>${ran}${tail}${hint === undefined ? "" : `<p>What to do: ${text(hint)}</p>`}`;
  });
  return parts.join("\n") + rest;
}

function notes({ notes: all, startedMs }: Story): string {
  const { shown, rest } = bounded(all, MAX_LISTED, "events.jsonl");
  return (
    table(
      ["at", "note"],
      shown.map(({ atMs, text: words }) => [`${((atMs - startedMs) / 1000).toFixed(3)} s`, text(words)]),
    ) + rest
  );
}

function configuration(files: Attachments["files"]): string {
  const { shown, rest } = bounded(Object.entries(files), MAX_FILES, "configuration.json");
  return shown.map(([path, content]) => details(path, `<pre>${text(content, MAX_FILE)}</pre>`)).join("\n") + rest;
}

/** From the first copy's begin to the last one's end, or until the last fault is healed. */
function copyWindow({ copies, spans, startedMs, endedMs }: Story): Window {
  const faults = spans.filter(({ kind }) => kind === "fault");
  const toMs = Math.max(...copies.map((copy) => copy.endedMs), ...faults.map((fault) => fault.toMs ?? endedMs));
  return copies.length === 0
    ? { fromMs: startedMs, toMs: endedMs }
    : { fromMs: Math.min(...copies.map((copy) => copy.startedMs)), toMs };
}

/** Around each fault, with the stalls that it led to; what overlaps is one. Undefined without any fault. */
function faultWindows({ spans, copies }: Story): Window[] | undefined {
  const faults = spans.filter(({ kind }) => kind === "fault").map(({ fromMs }) => ({ fromMs, toMs: fromMs }));
  if (faults.length === 0) return undefined;
  const stalls = copies
    .flatMap((copy) => copy.stalls)
    .map(({ phases }) => ({
      fromMs: phases[0]?.fromMs ?? 0,
      toMs: phases.at(-1)?.toMs ?? 0,
    }));
  const around = [...faults, ...stalls].map(({ fromMs, toMs }) => ({
    fromMs: fromMs - LOG_BEFORE_MS,
    toMs: toMs + LOG_AFTER_MS,
  }));
  return around
    .sort((a, b) => a.fromMs - b.fromMs)
    .reduce<Window[]>((merged, window) => {
      const last = merged.at(-1);
      if (last === undefined || window.fromMs > last.toMs) return [...merged, window];
      return [...merged.slice(0, -1), { fromMs: last.fromMs, toMs: Math.max(last.toMs, window.toMs) }];
    }, []);
}

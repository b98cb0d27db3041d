import type { CopyEvidence } from "../../core/event.js";
import { plainLine } from "../console.js";
import { formatBytes, formatMs, formatRate } from "../format.js";
import { curve } from "./curve.js";
import { bounded, details, sinceStart, table, text } from "./markup.js";
import type { Window } from "./scale.js";
import type { CopyStory, Story } from "./story.js";

const MAX_ROWS = 200;
/** Around the stall, this much is shown of what was before and after. */
const AROUND_MS = 700;

/** What a reader asks of a copy first. */
export function figures({ evidence, stallMs, samples, handle, startedMs, endedMs }: CopyStory): string {
  const result = handle.find((event) => event.type === "copy.finished")?.result;
  const bytes = result?.bytes ?? samples.at(-1)?.acked ?? 0;
  const ms = result === undefined ? endedMs - startedMs : result.seconds * 1000;
  const rows: (readonly [string, string])[] = [
    ["grade", evidence?.grade ?? "not known"],
    ["failover stall", stallMs === undefined ? "not measured" : formatMs(stallMs)],
    ["longest gap", evidence?.stallMs == null ? "not measured" : formatMs(evidence.stallMs)],
    ["failovers", evidence === undefined ? "not known" : String(evidence.failovers)],
    ["served by", evidence === undefined ? "not known" : servedBy(evidence)],
    ["acknowledged", `${formatBytes(bytes)}, ${formatRate(bytes, ms)}`],
  ];
  return `<dl class="figures">${rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${text(value)}</dd></div>`).join("")}</dl>`;
}

const servedBy = ({ servedBefore, servedAfter }: CopyEvidence) =>
  servedBefore === null && servedAfter === null ? "not known" : `${servedBefore ?? "?"} → ${servedAfter ?? "?"}`;

/** The whole copy, and the stall closely: the second shows what the first has no room for. */
export function throughput(copy: CopyStory, { spans, startedMs }: Story): string {
  const faults = spans.filter(({ kind }) => kind === "fault");
  const whole: Window = { fromMs: copy.startedMs, toMs: copy.endedMs };
  const first = copy.phases[0];
  const last = copy.phases.at(-1);
  const common = { faults, startedMs };
  const all = curve(copy, { ...common, window: whole, title: `${copy.copy}: the whole copy` });
  if (first === undefined || last === undefined || last.toMs <= first.fromMs) return all;
  const close: Window = { fromMs: first.fromMs - AROUND_MS, toMs: last.toMs + AROUND_MS };
  const near = curve(copy, {
    ...common,
    window: close,
    title: `${copy.copy}: the stall and its phases, by their numbers in the table`,
  });
  return all + near;
}

export function phaseTable({ phases, stallMs }: CopyStory, { startedMs }: Story): string {
  if (phases.length === 0) return "";
  const rows = phases.map(({ name, evidence, fromMs, toMs }, index) => [
    String(index + 1),
    text(name),
    formatMs(toMs - fromMs),
    sinceStart(startedMs, toMs),
    text(evidence),
  ]);
  const sum = stallMs === undefined ? "" : `<p>Together they are the stall of <b>${formatMs(stallMs)}</b>.</p>`;
  return table(["no.", "phase", "took", "ended at", "ended by"], rows) + sum;
}

/** What became of the client's handle: granted, lost, reclaimed, replayed. */
export function handleStory({ copy, handle, evidence }: CopyStory, { startedMs }: Story): string {
  const lines = handle.map((event) => [
    sinceStart(startedMs, event.clientMs),
    text(words(event).replace(`${copy}: `, "")),
  ]);
  const { shown, rest } = bounded(lines, MAX_ROWS, "events.jsonl");
  const facts = bounded(evidence?.facts ?? [], MAX_ROWS, "events.jsonl");
  const seen = facts.shown.map(({ atMs, source, text: what }) => [sinceStart(startedMs, atMs), source, text(what)]);
  const why =
    evidence === undefined ? "" : `<p>${text(`${evidence.grade ?? "No grade"}: ${evidence.gradeReason}`)}</p>`;
  const all =
    seen.length === 0
      ? ""
      : details(
          `What wire, CTDB and client told: ${String(evidence?.facts.length ?? 0)} facts`,
          table(["at", "source", "fact"], seen) + facts.rest,
        );
  return why + table(["at", "what happened"], shown) + rest + all;
}

function words(event: CopyStory["handle"][number]): string {
  switch (event.type) {
    case "copy.session":
      return `SMB session at ${event.address}`;
    case "copy.attempt":
      return `tried ${event.address}: ${event.stage}: ${event.error}`;
    default:
      return plainLine(event) ?? event.type;
  }
}

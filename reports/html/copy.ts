import type { CopyEvidence, Phase } from "../../core/event.js";
import { plainLine } from "../console.js";
import { formatBytes, formatMs, formatRate } from "../format.js";
import { curve } from "./curve.js";
import { bounded, details, sinceStart, table, text } from "./markup.js";
import type { Window } from "./scale.js";
import type { CopyStory, Stall, Story } from "./story.js";

const MAX_ROWS = 200;
/** So many stalls of a copy have a picture of their own, and a table. */
const MAX_CLOSE = 6;
const MAX_STALLS = 20;
const MAX_EVIDENCE = 300;
/** Around the stall, this much is shown of what was before and after. */
const AROUND_MS = 700;

/** What a reader asks of a copy first. */
export function figures({ copy, client, evidence, stalls, samples, handle, startedMs, endedMs }: CopyStory): string {
  const result = handle.find((event) => event.type === "copy.finished")?.result;
  const bytes = result?.bytes ?? samples.at(-1)?.acked ?? 0;
  const ms = result === undefined ? endedMs - startedMs : result.seconds * 1000;
  const rows: (readonly [string, string])[] = [
    ["grade", evidence?.grade ?? "not known"],
    [stalls.length > 1 ? "failover stalls" : "failover stall", stallWords(stalls)],
    ["longest gap", evidence?.stallMs == null ? "not measured" : formatMs(evidence.stallMs)],
    ["failovers", evidence === undefined ? "not known" : String(evidence.failovers)],
    ["served by", evidence === undefined ? "not known" : servedBy(evidence)],
    ["acknowledged", `${formatBytes(bytes)}, ${formatRate(bytes, ms)}`],
  ];
  return `<h2 class="copy">${text(copy)} <span class="quiet">on ${text(client)}</span></h2>
<dl class="figures">${rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${text(value)}</dd></div>`).join("")}</dl>`;
}

function stallWords(stalls: readonly Stall[]): string {
  const longest = Math.max(...stalls.map(({ stallMs }) => stallMs));
  if (stalls.length === 0) return "not measured";
  return stalls.length === 1 ? formatMs(longest) : `${String(stalls.length)}, at most ${formatMs(longest)}`;
}

const servedBy = ({ servedBefore, servedAfter }: CopyEvidence) =>
  servedBefore === null && servedAfter === null ? "not known" : `${servedBefore ?? "?"} → ${servedAfter ?? "?"}`;

/** The whole copy, and each stall closely: the second shows what the first has no room for. */
export function throughput(copy: CopyStory, { spans, startedMs }: Story): string {
  const faults = spans.filter(({ kind }) => kind === "fault");
  const whole: Window = { fromMs: copy.startedMs, toMs: copy.endedMs };
  const common = { faults, startedMs };
  const all = curve(copy, { ...common, window: whole, title: `${copy.copy}: from begin to end` });
  const { shown, rest } = bounded(copy.stalls, MAX_CLOSE, "events.jsonl");
  const near = shown.map(({ phases }, index) => {
    const title = `${copy.copy}: ${stallName(copy, index)} and its phases, by their numbers in the table`;
    return curve(copy, { ...common, window: closeTo(phases), title });
  });
  return all + near.join("") + rest;
}

function closeTo(phases: readonly Phase[]): Window {
  return { fromMs: (phases[0]?.fromMs ?? 0) - AROUND_MS, toMs: (phases.at(-1)?.toMs ?? 0) + AROUND_MS };
}

/** Which of a copy's stalls: with one alone, there is no need to count. */
const stallName = ({ stalls }: CopyStory, index: number) =>
  stalls.length === 1 ? "the stall" : `stall ${String(index + 1)} of ${String(stalls.length)}`;

export function phaseTable(copy: CopyStory, { startedMs }: Story): string {
  const { shown, rest } = bounded(copy.stalls, MAX_STALLS, "events.jsonl");
  const tables = shown.map(({ phases, stallMs }, index) => {
    const rows = phases.map(({ name, evidence, fromMs, toMs }, number) => [
      String(number + 1),
      text(name),
      formatMs(toMs - fromMs),
      sinceStart(startedMs, toMs),
      text(evidence, MAX_EVIDENCE),
    ]);
    const title = `<h3>${text(copy.copy)}: ${stallName(copy, index)}, ${formatMs(stallMs)}</h3>`;
    const sum = `<p>Together they are the stall of <b>${formatMs(stallMs)}</b>.</p>`;
    return title + table(["no.", "phase", "took", "ended at", "ended by"], rows) + sum;
  });
  return tables.join("\n") + rest;
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
  return `<h3>${text(copy)}</h3>${why}${table(["at", "what happened"], shown)}${rest}${all}`;
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

import { lane } from "./bars.js";
import { bounded, duration, outcomeMark, sinceStart, text } from "./markup.js";
import type { Story } from "./story.js";

const MAX_SPANS = 120;

/** Steps and faults of the run, each with its time, its length and what came of it. */
export function timeline({ spans, startedMs, endedMs }: Story): string {
  if (spans.length === 0) return "";
  const window = { fromMs: startedMs, toMs: endedMs };
  const { shown, rest } = bounded(spans, MAX_SPANS, "events.jsonl");
  const items = shown.map(({ kind, text: words, fromMs, toMs, outcome, reason }) => {
    const ended = outcome !== undefined ? outcomeMark(outcome) : kind === "fault" && toMs !== undefined ? "healed" : "";
    const because = reason === "" ? "" : ` ${text(reason)}`;
    const remark = `${sinceStart(startedMs, fromMs)}, ${duration(fromMs, toMs)} ${ended}${because}`;
    return lane(
      `${kind === "fault" ? "⚡ fault: " : ""}${words}`,
      [{ kind, fromMs, toMs: toMs ?? endedMs, words }],
      window,
      remark,
    );
  });
  return `<ul class="lanes">${items.join("\n")}</ul>${rest}`;
}

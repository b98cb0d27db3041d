import { lane } from "./bars.js";
import type { Bar } from "./bars.js";
import { bounded, sinceStart } from "./markup.js";
import type { Window } from "./scale.js";
import type { Story } from "./story.js";

const MAX_LANES = 80;
const NOBODY = "nobody";

/**
 * Who held which public address, and each node's flags, as CTDB reported them: one lane for each node and each address
 * that it ever held. A report holds until the next one, or until the picture ends.
 */
export function ownership({ states, startedMs }: Story, window: Window): string {
  const lanes = new Map<string, Bar[]>();
  for (const [index, { atMs, nodes, addresses }] of states.entries()) {
    const toMs = Math.min(window.toMs, states[index + 1]?.atMs ?? window.toMs);
    const fromMs = Math.max(window.fromMs, atMs);
    if (toMs <= fromMs) continue;
    const when = `${sinceStart(startedMs, fromMs)} to ${sinceStart(startedMs, toMs)}`;
    const add = (name: string, kind: Bar["kind"], words: string) => {
      const bars = lanes.get(name) ?? [];
      const last = bars.at(-1);
      // Reports that say the same are one bar.
      if (last?.toMs === fromMs) bars[bars.length - 1] = { ...last, toMs, words };
      else bars.push({ kind, fromMs, toMs, words });
      lanes.set(name, bars);
    };
    for (const { node, flags } of nodes) {
      for (const flag of flags) add(`${node} ${flag.toLowerCase()}`, "flag", `${node} is ${flag}, ${when}`);
    }
    for (const { address, node } of addresses) {
      const holder = node ?? NOBODY;
      add(`${holder} ${address}`, node === null ? "flag" : "held", `${holder} holds ${address}, ${when}`);
    }
  }
  if (lanes.size === 0) return "";
  const sorted = [...lanes].sort(([a], [b]) => (a < b ? -1 : 1));
  const { shown, rest } = bounded(sorted, MAX_LANES, "events.jsonl");
  const items = shown.map(([name, bars]) => lane(name, bars, window, stays(bars, window, startedMs)));
  return `<ul class="lanes">${items.join("\n")}</ul>${rest}
<p class="quiet">${sinceStart(startedMs, window.fromMs)} to ${sinceStart(startedMs, window.toMs)} after the run began, as CTDB reported it. Solid: the node holds the address. Hatched: the node's flag, or an address that nobody holds.</p>`;
}

/** In words what the bars show. */
function stays(bars: readonly Bar[], window: Window, startedMs: number): string {
  if (bars.length === 1 && bars[0]?.fromMs === window.fromMs && bars[0].toMs === window.toMs) return "throughout";
  const words = bars.slice(0, 3).map(({ fromMs, toMs }) => {
    if (fromMs === window.fromMs) return `until ${sinceStart(startedMs, toMs)}`;
    return toMs === window.toMs
      ? `from ${sinceStart(startedMs, fromMs)}`
      : `${sinceStart(startedMs, fromMs)} to ${sinceStart(startedMs, toMs)}`;
  });
  return words.join("; ") + (bars.length > 3 ? "; …" : "");
}

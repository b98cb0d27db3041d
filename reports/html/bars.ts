import { percentOf } from "./scale.js";
import type { Window } from "./scale.js";
import { text } from "./markup.js";

export interface Bar extends Window {
  readonly kind: "held" | "flag" | "step" | "fault";
  readonly words: string;
}

/** A lane: its name, its bars on the window's time, and a remark. Bars are told apart by their filling, too. */
export function lane(name: string, bars: readonly Bar[], window: Window, remark = ""): string {
  const drawn = bars.map(({ kind, fromMs, toMs, words }) => {
    const left = Math.min(99.6, percentOf(window, fromMs));
    const width = Math.max(0.4, percentOf(window, toMs) - left);
    return `<i class="bar ${kind}" style="left:${left.toFixed(2)}%;width:${width.toFixed(2)}%" title="${text(words, 200)}"></i>`;
  });
  const note = remark === "" ? "" : `<span class="remark">${remark}</span>`;
  return `<li><span class="name">${text(name, 200)}</span><span class="track">${drawn.join("")}</span>${note}</li>`;
}

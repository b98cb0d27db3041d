import { ToolError } from "../../core/errors.js";

/** What a host's clock was found to be: surely so much away from this one's, and probably so much ahead. */
export interface Apart {
  readonly leastMs: number;
  readonly aheadMs: number;
}

/** Nothing was heard of the clock. */
export const unheard: Apart = { leastMs: Infinity, aheadMs: 0 };

/** Events of the host and of plugfest are put in one order by their times; NTP keeps clocks some milliseconds apart. */
const mostMs = 100;

/** The better of what was known, and of an answer that came so long after its question. */
export function nearer(
  known: Apart,
  sent: { readonly beforeMs: number; readonly tookMs: number },
  saidMs: number,
): Apart {
  const aheadMs = saidMs - (sent.beforeMs + sent.tookMs / 2);
  const leastMs = Math.abs(aheadMs) - sent.tookMs / 2;
  return leastMs < known.leastMs ? { leastMs, aheadMs } : known;
}

/** Refuses a clock that is surely further away than evidence can bear. It is not plugfest's to set. */
export function refuseIfApart({ leastMs, aheadMs }: Apart, who: string, hint: string): void {
  if (leastMs <= mostMs) return;
  const seconds = Math.abs(aheadMs / 1000).toFixed(1);
  const what = leastMs === Infinity ? "tells no time" : `is ${seconds} s ${aheadMs > 0 ? "ahead" : "behind"}`;
  throw new ToolError({
    code: "host/clock",
    message: `the clock of ${who} ${what}, and events of both hosts are compared`,
    hint,
  });
}

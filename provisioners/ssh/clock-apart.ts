import { ToolError } from "../../core/errors.js";

/** What a host's clock was found to be: so much ahead of this one's, by an answer that took so long. */
export interface Apart {
  readonly aheadMs: number;
  readonly tookMs: number;
}

/** Nothing was heard of the clock. */
export const unheard: Apart = { aheadMs: 0, tookMs: Infinity };

/** Events of the host and of plugfest are put in one order by their times; NTP keeps clocks some milliseconds apart. */
const mostMs = 100;

/** Of two answers the quicker one counts: it says most exactly when it was given. */
export function quicker(
  known: Apart,
  sent: { readonly beforeMs: number; readonly tookMs: number },
  saidMs: number,
): Apart {
  const { beforeMs, tookMs } = sent;
  if (Number.isNaN(saidMs) || tookMs >= known.tookMs) return known;
  return { aheadMs: saidMs - (beforeMs + tookMs / 2), tookMs };
}

/** Refuses a clock that is surely further away than evidence can bear. It is not plugfest's to set. */
export function refuseIfApart({ aheadMs, tookMs }: Apart, who: string, hint: string): void {
  const isHeard = tookMs !== Infinity;
  if (isHeard && Math.abs(aheadMs) - tookMs / 2 <= mostMs) return;
  const seconds = Math.abs(aheadMs / 1000).toFixed(1);
  const what = isHeard ? `is ${seconds} s ${aheadMs > 0 ? "ahead" : "behind"}` : "tells no time";
  throw new ToolError({
    code: "host/clock",
    message: `the clock of ${who} ${what}, and events of both hosts are compared`,
    hint,
  });
}

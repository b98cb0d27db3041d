import type { CopyEvent } from "../../core/event.js";
import type { Recovery } from "./recoveries.js";

/**
 * Whether the client is an operating system's own. That one tells no program how a handle came back, or that it is
 * another one: the wire alone does.
 */
export function isKernelClient(events: readonly CopyEvent[]): boolean {
  return events.some((event) => event.type === "copy.connected" && event.kernel !== undefined);
}

/**
 * When a loss began, at the latest. A kernel is asked what became of its connection, and may be asked late: its loss began
 * after the last acknowledgement.
 */
export function lossBeganMs({ lost, resumed }: Recovery, events: readonly CopyEvent[]): number {
  if (!isKernelClient(events) || resumed === undefined) return lost.clientMs;
  return Math.min(lost.clientMs, resumed.clientMs - resumed.gapMs);
}

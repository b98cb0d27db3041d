import type { Event } from "../../core/event.js";
import { plainLine } from "../../reports/console.js";
import type { AddressMove, TailKind, TailLine } from "./state.js";

/** More than this no screen shows, filtered or not. */
const KEPT = 400;

/** The events as the plain console tells them, and the addresses' moves, which it does not. */
export function foldTail(tail: readonly TailLine[], event: Event, moved: readonly AddressMove[]): readonly TailLine[] {
  const { seq } = event;
  const line = plainLine(event);
  const lines = line === undefined ? [] : line.split("\n");
  const kind = kindOf(event);
  const atMs = "clientMs" in event ? event.clientMs : event.atMs;
  const added: readonly TailLine[] = [
    ...lines.map((text) => ({ seq, atMs, kind, text })),
    ...moved.map(({ address, from, to }) => ({
      ...{ seq, atMs, kind: "cluster" as const },
      text: `${address}: ${from ?? "nobody"} → ${to ?? "nobody"}`,
    })),
  ];
  return added.length === 0 ? tail : [...tail, ...added].slice(-KEPT);
}

function kindOf({ type }: Event): TailKind {
  if (type.startsWith("copy.") || type === "phases") return "copy";
  if (type.startsWith("fault.") || type.startsWith("nemesis.")) return "fault";
  if (type.startsWith("check.") || type === "run.finished") return "check";
  if (type.startsWith("step.")) return "step";
  if (type === "failure" || type === "note" || type === "action.failed") return "problem";
  return type.startsWith("cluster.") ? "cluster" : "lab";
}

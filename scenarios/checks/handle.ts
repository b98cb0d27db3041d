import { z } from "zod";
import type { CopyEvent, Granted } from "../../core/event.js";
import type { WireFact, WireHandle } from "../evidence/facts.js";
import type { Observed } from "../evidence/observed.js";
import { lostHandle, recoveriesOf } from "../evidence/recoveries.js";
import type { Recovery } from "../evidence/recoveries.js";
import { reopenedSilently, withEvents, withWire } from "../evidence/tamper.js";
import { seenOnWire } from "../evidence/wire-match.js";
import type { CopyCheck } from "./check.js";
import { observedDefect } from "./failover-defects.js";
import { failoverFacts, judgeEvidence } from "./failover-facts.js";
import type { FailoverFacts } from "./failover-facts.js";
import { fail, pass, unknown } from "./finding.js";
import type { Finding } from "./finding.js";

/** A handle as one witness saw it. */
interface State {
  /** The persistent half of the FileId, in hex. */
  readonly fileId: string;
  readonly lease: string;
  readonly oplock: string;
}

export const handle: CopyCheck<"kept", FailoverFacts> = {
  name: "handle",
  about: "copy",
  schema: z
    .literal("kept")
    .meta({ description: "After each loss the handle is the one of before, with the same lease." }),
  docs: {
    field: "handle: kept",
    passes:
      "After each loss the client got back the handle that it had: the same persistent file id, lease and oplock, as the client was told and as the capture shows.",
  },
  gather: failoverFacts,
  judge: (_kept, facts) => judgeEvidence(facts, (_conclusion, observed) => judgeHandles(observed)),
  defects: [
    observedDefect("a silent re-open", "fail", reopenedSilently),
    observedDefect("the reclaim gives another file id", "fail", (observed) =>
      reclaimedWith(observed, (had) => ({ ...had, fileId: "00000000deadbeef" })),
    ),
    observedDefect("the reclaim gives a smaller lease", "fail", (observed) =>
      reclaimedWith(observed, (had) => (had.lease === null || had.lease === 0 ? undefined : { ...had, lease: 0 })),
    ),
    observedDefect("the client does not tell what it got", "unknown", (observed) =>
      withEvents(observed, (event) => {
        if (event.type !== "copy.reclaim") return event;
        const { type, copy, clientMs, address, ok, how, status, attempts } = event;
        return { type, copy, clientMs, address, ok, how, status, attempts };
      }),
    ),
    observedDefect("the answer to the reclaim is not on the wire", "unknown", (observed) =>
      withWire(observed, (fact) => (fact.what === "reclaimed" ? { ...fact, handle: null } : fact)),
    ),
  ],
};

function judgeHandles({ events, capture }: Observed): Finding {
  const recoveries = recoveriesOf(events).filter((recovery) => lostHandle(recovery, events));
  if (recoveries.length === 0) return unknown("the connection was never lost: no handle had to come back");
  if (capture.kind === "absent") return unknown(`nothing can be seen on the wire: ${capture.reason}`);
  const opened = events.find((event) => event.type === "copy.opened");
  let before = toldState(opened);
  for (const recovery of recoveries) {
    const { reclaim, reopened } = recovery;
    if (reopened !== undefined) return fail(`a new handle: ${reopened.reason}`);
    if (reclaim?.ok !== true) return unknown("the client did not tell of a reclaim");
    const after = toldState(reclaim);
    if (before === undefined || after === undefined) return unknown("the client did not tell what it was given");
    const difference = differs(before, after);
    if (difference !== undefined) return fail(`the client got back ${difference}`);
    const seen = judgeWire(recovery, events, capture.wire.facts, after);
    if (seen !== undefined) return seen;
    before = after;
  }
  if (before === undefined) return unknown("the client did not tell what it was given");
  return pass(`file id ${before.fileId}, lease ${before.lease || "none"}, oplock ${before.oplock}, before and after`);
}

/** What the capture has against it, or undefined when it shows the same. */
function judgeWire(
  recovery: Recovery,
  events: readonly CopyEvent[],
  facts: readonly WireFact[],
  told: State,
): Finding | undefined {
  const { first, reclaimed } = seenOnWire(recovery, events, facts);
  if (reclaimed?.handle == null) return unknown("the capture does not show what the reclaim gave");
  const after = seenState(reclaimed.handle);
  const difference = differs(told, after);
  if (difference !== undefined) return fail(`the capture shows a reclaim that gave ${difference}, as the client says`);
  if (first?.handle == null) return unknown("the capture does not show what the open gave");
  const change = differs(seenState(first.handle), after);
  return change === undefined ? undefined : fail(`the capture shows a reclaim that gave ${change}`);
}

function differs(before: State, after: State): string | undefined {
  if (before.fileId !== after.fileId) return `file id ${after.fileId} where it was ${before.fileId}`;
  if (before.lease !== after.lease) return `lease ${after.lease || "none"} where it was ${before.lease || "none"}`;
  return before.oplock === after.oplock ? undefined : `oplock ${after.oplock} where it was ${before.oplock}`;
}

function toldState(event: { readonly fileId?: string; readonly granted?: Granted } | undefined): State | undefined {
  if (event?.fileId === undefined || event.granted === undefined) return undefined;
  const { lease, oplock } = event.granted;
  return { fileId: event.fileId.slice(0, 16), lease, oplock };
}

/** OplockLevel in the client's words ([MS-SMB2] 2.2.14). */
const OPLOCKS = new Map([
  [0x00, "none"],
  [0x01, "ii"],
  [0x08, "exclusive"],
  [0x09, "batch"],
  [0xff, "lease"],
]);

/** LeaseState in the client's letters ([MS-SMB2] 2.2.13.2.8). */
function seenState({ fileId, oplock, lease }: WireHandle): State {
  const bits = lease ?? 0;
  const letters = `${(bits & 1) > 0 ? "R" : ""}${(bits & 4) > 0 ? "W" : ""}${(bits & 2) > 0 ? "H" : ""}`;
  return { fileId, lease: letters, oplock: OPLOCKS.get(oplock) ?? String(oplock) };
}

function reclaimedWith(observed: Observed, change: (had: WireHandle) => WireHandle | undefined): Observed | undefined {
  return withWire(observed, (fact) => {
    const made = fact.what === "reclaimed" && fact.handle !== null ? change(fact.handle) : undefined;
    return fact.what === "reclaimed" && made !== undefined ? { ...fact, handle: made } : fact;
  });
}

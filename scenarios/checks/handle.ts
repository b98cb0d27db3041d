import { z } from "zod";
import type { CopyEvent, Granted } from "../../core/event.js";
import type { ClientKind } from "../../topologies/spec.js";
import type { WireFact, WireHandle } from "../evidence/facts.js";
import { isKernelClient } from "../evidence/kernel-client.js";
import type { Observed } from "../evidence/observed.js";
import { lostHandle, recoveriesOf } from "../evidence/recoveries.js";
import type { Recovery } from "../evidence/recoveries.js";
import { keptAfterAll, reopenedSilently, withEvents, withWire } from "../evidence/tamper.js";
import { seenOnWire } from "../evidence/wire-match.js";
import type { CopyCheck } from "./check.js";
import { observedDefect } from "./failover-defects.js";
import { failoverFacts, judgeEvidence, kindOf } from "./failover-facts.js";
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

const one = z.enum(["kept", "new"]).meta({
  description: "After each loss the handle is the one of before, with the same lease; or it is a new one.",
});

const schema = z
  .union([one, z.strictObject({ smb3: one.optional(), cifs: one.optional(), windows: one.optional() })])
  .meta({ description: "What comes of the handle, for every kind of client or for each.", examples: ["kept"] });

type Wanted = z.infer<typeof schema>;

interface Facts extends FailoverFacts {
  /** The kind of the copy's client. */
  readonly kind?: ClientKind | undefined;
}

export const handle: CopyCheck<Wanted, Facts> = {
  name: "handle",
  about: "copy",
  schema,
  docs: {
    field: "handle: kept` or `handle: { smb3: kept, windows: kept, cifs: new }",
    passes:
      "After each loss the client got back the handle that it had: the same persistent file id, lease and oplock, as the client was told and as the capture shows; of an operating system's own client, which tells no program, as the capture shows. `new`: after each loss it is a new one.",
  },
  refuse: (wanted, { spec }) => {
    if (spec.clients.some(({ kind }) => handleFor(wanted, kind) !== undefined)) return [];
    const message = "says nothing of the handles of any client of this topology";
    return [{ path: [], code: "scenario/no-handle", message }];
  },
  gather: (subject) => ({ ...failoverFacts(subject), kind: kindOf(subject) }),
  judge: (wanted, facts) => {
    const expected = handleFor(wanted, facts.kind);
    if (expected === undefined) return unknown("nothing is said of the handles of this kind of client");
    return judgeEvidence(facts, (_conclusion, observed) =>
      expected === "new" ? judgeNewHandles(observed) : judgeHandles(observed),
    );
  },
  defects: [
    handleDefect("a silent re-open", "fail", "kept", reopenedSilently),
    handleDefect("the handle of before came back", "fail", "new", keptAfterAll),
    handleDefect("the new handle is not on the wire", "unknown", "new", (observed) =>
      withWire(observed, (fact) => (fact.what === "opened" && fact.again ? undefined : fact)),
    ),
    handleDefect("the reclaim gives another file id", "fail", "kept", (observed) =>
      reclaimedWith(observed, (had) => ({ ...had, fileId: "00000000deadbeef" })),
    ),
    handleDefect("the reclaim gives a smaller lease", "fail", "kept", (observed) =>
      reclaimedWith(observed, (had) => (had.lease === null || had.lease === 0 ? undefined : { ...had, lease: 0 })),
    ),
    handleDefect("the client does not tell what it got", "unknown", "kept", (observed) =>
      withEvents(observed, (event) => {
        if (event.type !== "copy.reclaim") return event;
        const { type, copy, clientMs, address, ok, how, status, attempts } = event;
        return { type, copy, clientMs, address, ok, how, status, attempts };
      }),
    ),
    handleDefect("the answer to the reclaim is not on the wire", "unknown", "kept", (observed) =>
      withWire(observed, (fact) => (fact.what === "reclaimed" ? { ...fact, handle: null } : fact)),
    ),
  ],
};

/** A defect that is one only where this is wanted of the handle. */
function handleDefect<Turns extends "fail" | "unknown">(
  name: string,
  turns: Turns,
  where: "kept" | "new",
  tamper: (observed: Observed) => Observed | undefined,
) {
  return observedDefect<Wanted, Facts, Turns>(name, turns, (observed, wanted, { kind }) =>
    handleFor(wanted, kind) === where ? tamper(observed) : undefined,
  );
}

function handleFor(wanted: Wanted, kind: ClientKind | undefined): "kept" | "new" | undefined {
  if (typeof wanted === "string") return wanted;
  return kind === undefined ? undefined : wanted[kind];
}

function judgeNewHandles({ events, capture }: Observed): Finding {
  const recoveries = recoveriesOf(events).filter((recovery) => lostHandle(recovery, events));
  if (recoveries.length === 0) return unknown("the connection was never lost: no handle had to come back");
  if (capture.kind === "absent") return unknown(`nothing can be seen on the wire: ${capture.reason}`);
  for (const recovery of recoveries) {
    const { opened, reclaimed } = seenOnWire(recovery, events, capture.wire.facts);
    if (recovery.reclaim?.ok === true) return fail("the client says that it got its handle back");
    if (reclaimed !== undefined && reclaimed.atMs > (opened?.atMs ?? -Infinity)) {
      return fail(`the capture shows that the handle was had back by ${reclaimed.how}`);
    }
    if (opened === undefined) return unknown("the capture does not show how the file was had back");
  }
  return pass("after each loss the file was opened anew");
}

function judgeHandles({ events, capture }: Observed): Finding {
  const recoveries = recoveriesOf(events).filter((recovery) => lostHandle(recovery, events));
  if (recoveries.length === 0) return unknown("the connection was never lost: no handle had to come back");
  if (capture.kind === "absent") return unknown(`nothing can be seen on the wire: ${capture.reason}`);
  if (isKernelClient(events)) return judgeByWire(recoveries, events, capture.wire.facts);
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

/** A client that is told nothing: the capture alone shows what was opened, and what came back. */
function judgeByWire(
  recoveries: readonly Recovery[],
  events: readonly CopyEvent[],
  facts: readonly WireFact[],
): Finding {
  let state: State | undefined;
  for (const recovery of recoveries) {
    const { opened, reclaimed, first } = seenOnWire(recovery, events, facts);
    if (opened !== undefined && opened.atMs > (reclaimed?.atMs ?? -Infinity)) return fail("a new handle (wire)");
    if (reclaimed?.handle == null) return unknown("the capture does not show what a reclaim gave");
    if (first?.handle == null) return unknown("the capture does not show what the open gave");
    state = seenState(reclaimed.handle);
    const difference = differs(seenState(first.handle), state);
    if (difference !== undefined) return fail(`the capture shows a reclaim that gave ${difference}`);
  }
  if (state === undefined) return unknown("the capture does not show what the open gave");
  return pass(
    `file id ${state.fileId}, lease ${state.lease || "none"}, oplock ${state.oplock}, before and after (wire)`,
  );
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

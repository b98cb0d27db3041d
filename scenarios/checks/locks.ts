import { z } from "zod";
import type { CopyEvent, LockAnswer } from "../../core/event.js";
import type { Observed } from "../evidence/observed.js";
import { withEvents } from "../evidence/tamper.js";
import type { CopyCheck } from "./check.js";
import { observedDefect } from "./failover-defects.js";
import { failoverFacts, judgeEvidence } from "./failover-facts.js";
import type { FailoverFacts } from "./failover-facts.js";
import { fail, pass, unknown } from "./finding.js";
import type { Finding } from "./finding.js";

const REFUSED = /NT_STATUS_(LOCK_NOT_GRANTED|FILE_LOCK_CONFLICT)$/;
const OK = "0x00000000 NT_STATUS_OK";
const GRANTED = /NT_STATUS_OK$/;

export const locks: CopyCheck<"held", FailoverFacts> = {
  name: "locks",
  about: "copy",
  schema: z
    .literal("held")
    .meta({ description: "After the faults the locks of a hold are refused to others, and are still its own." }),
  docs: {
    field: "locks: held",
    passes:
      "After the faults a second session was refused each lock of a `hold`, and the holder, who alone can, gave each of them up.",
  },
  gather: failoverFacts,
  judge: (_held, facts) => judgeEvidence(facts, () => judgeLocks(facts.observed?.events ?? [])),
  defects: [
    observedDefect("a second session gets a lock", "fail", (observed) => answered(observed, "copy.contended", OK)),
    observedDefect("the holder does not have a lock", "fail", (observed) =>
      answered(observed, "copy.unlocked", "0xC000007E NT_STATUS_RANGE_NOT_LOCKED"),
    ),
    observedDefect("no second session tried", "unknown", (observed) =>
      withEvents(observed, (event) => (event.type === "copy.contended" ? undefined : event)),
    ),
  ],
};

function judgeLocks(events: readonly CopyEvent[]): Finding {
  const contended = events.find((event) => event.type === "copy.contended");
  const unlocked = events.find((event) => event.type === "copy.unlocked");
  if (events.some(({ type }) => type === "copy.failed")) return fail("the handle, and its locks with it, is gone");
  if (contended === undefined) return unknown("no second session tried to get the locks");
  if (!GRANTED.test(contended.open)) return unknown(`a second session could not open the file: ${contended.open}`);
  if (contended.locks.length === 0) return unknown("there is no lock that could be held");
  const got = contended.locks.filter(({ status }) => GRANTED.test(status));
  if (got.length > 0) return fail(`a second session got ${named(got)} at ${contended.address}`);
  const odd = contended.locks.find(({ status }) => !REFUSED.test(status));
  if (odd !== undefined) return unknown(`a second session was answered ${odd.status}`);
  if (unlocked === undefined) return unknown("the holder did not tell of giving its locks up");
  if (unlocked.locks.length < contended.locks.length) return unknown("the holder did not give up all of its locks");
  const lost = unlocked.locks.filter(({ status }) => !GRANTED.test(status));
  if (lost.length > 0) return fail(`the holder does not have ${named(lost)}: ${lost[0]?.status ?? ""}`);
  const each = contended.locks.length === 1 ? "the lock was" : `all ${String(contended.locks.length)} locks were`;
  return pass(`${each} refused to a second session at ${contended.address}, and given up by the holder`);
}

/** The first lock was answered otherwise. */
function answered(observed: Observed, type: "copy.contended" | "copy.unlocked", status: string): Observed | undefined {
  return withEvents(observed, (event) => {
    if ((event.type !== "copy.contended" && event.type !== "copy.unlocked") || event.type !== type) return event;
    const [first, ...others] = event.locks;
    return first === undefined ? event : { ...event, locks: [{ ...first, status }, ...others] };
  });
}

function named(list: readonly LockAnswer[]): string {
  return list.map(({ offset, length }) => `the lock of ${String(length)} bytes at ${String(offset)}`).join(", ");
}

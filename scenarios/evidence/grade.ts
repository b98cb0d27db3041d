import type { AddressState, CopyEvent, CopyEvidence, Grade } from "../../core/event.js";
import type { CtdbFact } from "../../cluster/log.js";
import type { CaptureEvidence } from "./facts.js";
import { gradeKernel } from "./grade-kernel.js";
import { isKernelClient } from "./kernel-client.js";
import { lostHandle, recoveriesOf } from "./recoveries.js";
import type { Recovery } from "./recoveries.js";
import { serversOf } from "./servers.js";
import type { Servers } from "./servers.js";
import { timelineOf } from "./timeline.js";
import { seenOnWire } from "./wire-match.js";
import { witnessLed } from "./witness-led.js";

export interface GradeInput {
  /** The events of the copy itself, in order; not those of reading it back. */
  readonly events: readonly CopyEvent[];
  readonly ctdb: readonly CtdbFact[];
  readonly capture: CaptureEvidence;
  /** Who held which address when the copy began, as CTDB said. */
  readonly holders: readonly AddressState[];
  /** When the faults were issued. */
  readonly faults: readonly { readonly startedMs: number }[];
}

/** A grade with the reason for it, or why there is none. */
interface Graded {
  readonly grade: Grade | null;
  readonly reason: string;
}

const ORDER: readonly Grade[] = ["G0", "G1", "G2", "G3", "G4", "G5"];

/**
 * The grade of transparency of one copy, from all evidence about it.
 *
 * - G0: the copy failed; the client's word is enough, for its application saw the error.
 * - G1: after a re-open the client went back behind what had been acknowledged.
 * - G2: a new handle, as the client says and the capture shows: a CREATE without a reconnect context.
 * - G3: the old handle, as the client says and the capture shows: DHnC or DH2C answered with success by a known node.
 * - G4: as G3, by DH2C with the persistent flag, after persistence was granted.
 * - G5: as G3 or G4, and the client had left a server that was still there because the witness told it to: the client
 *   says so, and the capture shows the notification, and after it that the client's end was the one that hung up.
 *
 * From G1 on client and capture must agree. Where they do not, where the capture is absent or the client died, there
 * is no grade but the reason for that. Of several failovers the worst one counts, and one without a grade leaves all
 * without. A handle reclaimed from the same node keeps its grade: it is just no failover. Losses before the file was open
 * have no grade; and one that came before any fault, and kept the handle, does not lower that of those that faults caused.
 */
export function gradeCopy(input: GradeInput): CopyEvidence {
  const recoveries = recoveriesOf(input.events);
  const servers = serversOf(recoveries, input);
  const { grade, reason } = gradeOf(recoveries, servers, input);
  return {
    grade,
    gradeReason: reason,
    failovers: servers.filter(({ before, after }) => before !== null && after !== null && before !== after).length,
    stallMs: longestStall(recoveries, input),
    servedBefore: servers.at(0)?.before ?? null,
    servedAfter: servers.at(-1)?.after ?? null,
    facts: timelineOf(input, recoveries),
  };
}

function gradeOf(recoveries: readonly Recovery[], servers: readonly Servers[], input: GradeInput): Graded {
  const failed = input.events.find((event) => event.type === "copy.failed");
  if (failed !== undefined) {
    return { grade: "G0", reason: `the copy failed at ${failed.stage}: ${failed.status} ${failed.message}`.trim() };
  }
  if (!input.events.some(({ type }) => type === "copy.finished")) {
    return { grade: null, reason: "the client died: it told neither of success nor of failure" };
  }
  if (recoveries.length === 0) {
    const lost = input.events.filter((event) => event.type === "copy.channel" && event.what === "lost").length;
    const reason =
      lost === 0
        ? "the connection was never lost: there is no failover to grade"
        : `the copy went on over its other channels when it lost ${String(lost)}: that is no failover to grade`;
    return { grade: null, reason };
  }
  const grades = recoveries.flatMap((recovery, index) => {
    if (!lostHandle(recovery, input.events)) return [];
    const graded = gradeRecovery(recovery, servers[index], input);
    const kept = graded.grade === "G3" || graded.grade === "G4";
    const provoked = input.faults.some(({ startedMs }) => startedMs <= (recovery.resumed ?? recovery.lost).clientMs);
    return [{ ...(kept ? gradeWitness(graded, recovery, input) : graded), counts: provoked || !kept }];
  });
  const undecided = grades.find(({ grade }) => grade === null);
  if (undecided !== undefined) return undecided;
  const counted = grades.some(({ counts }) => counts) ? grades.filter(({ counts }) => counts) : grades;
  const [first, ...others] = counted;
  if (first === undefined) return none("the connection was lost only before the file was open: no handle was lost");
  const rank = ({ grade }: Graded) => (grade === null ? -1 : ORDER.indexOf(grade));
  const { grade, reason } = others.reduce((worst, one) => (rank(one) < rank(worst) ? one : worst), first);
  const early = grades.length - counted.length;
  const besides = `; before any fault the connection was lost ${early === 1 ? "once" : `${String(early)} times`}, and the handle kept`;
  return { grade, reason: early === 0 ? reason : reason + besides };
}

/** A reclaim is G5 where the evidence shows that the witness led to it; else it stays what it is. */
function gradeWitness({ grade, reason }: Graded, recovery: Recovery, input: GradeInput): Graded {
  const led = witnessLed(recovery, input);
  if (led === undefined) return { grade, reason };
  return led.shown
    ? { grade: "G5", reason: `${led.reason}; ${reason}` }
    : { grade, reason: `${reason}; not G5: ${led.reason}` };
}

function gradeRecovery(recovery: Recovery, servers: Servers | undefined, { events, capture }: GradeInput): Graded {
  if (capture.kind === "absent") return none(`nothing can be seen on the wire: ${capture.reason}`);
  const { reclaim, reopened, resumed, lost } = recovery;
  const wire = seenOnWire(recovery, events, capture.wire.facts);
  const lack = capture.incomplete === null ? "" : ` (${capture.incomplete})`;
  const blind = wire.encrypted ? "the connection is encrypted: the capture cannot show how the handle came back" : null;
  if (resumed === undefined) return none("the client never told how it went on after it lost the connection");
  const by = servers?.after ?? null;
  if (isKernelClient(events)) {
    return gradeKernel(wire, servers ?? { before: null, after: null }, blind === null ? lack : `: ${blind}`);
  }

  if (reopened !== undefined) {
    if (wire.reclaimed !== undefined) {
      return none("the client says it opened anew, the capture shows a successful reclaim: they contradict each other");
    }
    if (wire.opened === undefined) {
      return none(blind ?? `the client says it opened anew, the capture shows no such CREATE${lack}`);
    }
    if (resumed.acked < lost.acked) {
      return {
        grade: "G1",
        reason: `a new handle, and ${String(lost.acked - resumed.acked)} acknowledged bytes again`,
      };
    }
    return { grade: "G2", reason: `a new handle from ${named(by)}: ${reopened.reason}` };
  }
  if (reclaim?.ok !== true) return none("the client went on without telling of a reclaim or a new handle");
  if (wire.reclaimed === undefined) {
    return none(blind ?? `the client says it reclaimed the handle by ${reclaim.how}, the capture shows none${lack}`);
  }
  const { how, node, mac, persistent, port, address } = wire.reclaimed;
  if (node === null) return none(`the reclaim was answered by ${mac}, which is no node's MAC address`);
  if (how !== reclaim.how) return none(`the client says it reclaimed by ${reclaim.how}, the capture shows ${how}`);
  if (wire.opened !== undefined && wire.opened.atMs > wire.reclaimed.atMs) {
    return none("the client says it reclaimed the handle, the capture shows a new one opened after that");
  }
  const answered = `${how} answered with success by ${node}${servers?.before === node ? ", which served before as well," : ""} at ${address} (client port ${String(port)})`;
  const granted = events.find((event) => event.type === "copy.opened")?.granted?.persistent === true;
  if (!persistent) return { grade: "G3", reason: answered };
  if (!granted) return none(`${answered} with the persistent flag, yet the client was granted no persistence`);
  if (wire.first?.granted?.persistent === false) {
    return none("the client says persistence was granted, the capture shows that it was not");
  }
  const proof =
    wire.first === undefined ? "persistence granted (client; the open was not captured)" : "persistence granted";
  return { grade: "G4", reason: `${answered} with the persistent flag; ${proof}` };
}

/**
 * The longest gap between acknowledged requests; null when none was measured. A handle that is held asks for nothing: there
 * it is the time from a fault until the handle was of use again.
 */
function longestStall(recoveries: readonly Recovery[], { events, faults }: GradeInput): number | null {
  const idle = recoveries.flatMap(({ lost, resumed }) => {
    const cause = faults.findLast(({ startedMs }) => startedMs <= lost.clientMs);
    if (lost.verb !== "hold" || resumed === undefined || cause === undefined) return [];
    return [resumed.clientMs - cause.startedMs];
  });
  if (idle.length > 0) return Math.max(...idle);
  const gaps = events.flatMap((event) => {
    if (event.type === "copy.finished") return event.result.gaps.map(({ ms }) => ms);
    if (event.type === "copy.resumed") return [event.gapMs];
    return event.type === "copy.progress" ? [event.longestGapMs] : [];
  });
  return gaps.length === 0 ? null : Math.max(...gaps);
}

function named(node: string | null): string {
  return node ?? "an unknown node";
}

function none(reason: string): Graded {
  return { grade: null, reason };
}

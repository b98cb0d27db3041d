import { z } from "zod";
import type { WireFact } from "../evidence/facts.js";
import type { Observed } from "../evidence/observed.js";
import { recoveriesOf } from "../evidence/recoveries.js";
import type { Recovery } from "../evidence/recoveries.js";
import { withWire } from "../evidence/tamper.js";
import type { CopyCheck } from "./check.js";
import { observedDefect } from "./failover-defects.js";
import { failoverFacts, judgeEvidence } from "./failover-facts.js";
import type { FailoverFacts } from "./failover-facts.js";
import { fail, pass, unknown } from "./finding.js";
import type { Finding } from "./finding.js";

const schema = z.literal("sent").meta({ description: "The node that takes an address tickles its connections." });

/** CTDB tickles as it takes an address: when none was seen this long after the announcement, none was sent. */
const PATIENCE_MS = 1000;

/**
 * A client learns at once that its connection is gone when the node that takes the address sends a tickle ACK for it: the
 * client's answer meets no connection there, and is reset. Samba's bug 15994 is that none is sent after a release; a client
 * that writes still notices, by the reset of its next segment, and one that waits does not.
 */
export const tickle: CopyCheck<"sent", FailoverFacts> = {
  name: "tickle",
  about: "copy",
  schema,
  docs: {
    field: "tickle: sent",
    passes:
      "For every address that moved under the copy, the capture shows a tickle ACK from the node that took it. CTDB's way to tell clients at once.",
  },
  gather: failoverFacts,
  judge: (_, facts) =>
    judgeEvidence(facts, () => (facts.observed === undefined ? unknown("nothing was seen") : judge(facts.observed))),
  defects: [
    observedDefect("a suppressed tickle", "fail", (observed) =>
      withWire(observed, (fact) => (fact.what === "tickled" ? undefined : fact)),
    ),
    observedDefect("a tickle only from the node that gave the address up", "fail", (observed) => {
      const givers = new Set(observed.ctdb.filter(({ what }) => what === "released").map(({ node }) => node));
      const [giver] = givers;
      return giver === undefined
        ? undefined
        : withWire(observed, (fact) => (fact.what === "tickled" ? { ...fact, node: giver } : fact));
    }),
    observedDefect("no announcement of the address", "unknown", (observed) =>
      withWire(observed, (fact) => (fact.what === "announced" ? undefined : fact)),
    ),
  ],
};

function judge(observed: Observed): Finding {
  const { capture, events } = observed;
  if (capture.kind === "absent") return unknown(`no capture: ${capture.reason}`);
  const recoveries = recoveriesOf(events);
  if (recoveries.length === 0) return unknown("the client lost no connection");
  const findings = recoveries.map((recovery) => judgeOne(recovery, capture.wire.facts, observed));
  const worst = findings.find(({ outcome }) => outcome === "fail") ?? findings.find((one) => one.outcome === "unknown");
  if (worst?.outcome === "fail" && capture.incomplete !== null) {
    return unknown(`${worst.reason}, but the capture is incomplete: ${capture.incomplete}`);
  }
  return worst ?? pass(findings.map(({ reason }) => reason).join("; "));
}

function judgeOne({ lost, resumed }: Recovery, wire: readonly WireFact[], { ctdb, events }: Observed): Finding {
  const { address } = lost;
  const untilMs = resumed?.clientMs ?? Number.POSITIVE_INFINITY;
  const gaveUp = ctdb.findLast((one) => one.what === "released" && one.address === address && one.atMs <= untilMs);
  if (gaveUp === undefined) return unknown(`no node logged that it gave ${address} up`);
  const later = wire.filter(({ atMs }) => atMs >= gaveUp.atMs);
  const taken = later.find((one) => one.what === "announced" && one.address === address && one.node !== gaveUp.node);
  if (taken === undefined) return unknown(`no node announced ${address} after ${gaveUp.node} gave it up`);
  const taker = taken.node ?? taken.mac;
  const sent = later.find((one) => one.what === "tickled" && one.address === address && one.node === taken.node);
  if (sent !== undefined) {
    return pass(`tickle ACK from ${taker} ${(sent.atMs - taken.atMs).toFixed(1)} ms after it announced ${address}`);
  }
  // The capture begins before the copy and ends after it.
  const endMs = events.reduce((latest, event) => ("clientMs" in event ? Math.max(latest, event.clientMs) : latest), 0);
  const watchedMs = endMs - taken.atMs;
  const none = `no tickle ACK from ${taker}, which announced ${address} ${(taken.atMs - gaveUp.atMs).toFixed(1)} ms after ${gaveUp.node} gave it up`;
  if (watchedMs >= PATIENCE_MS) return fail(none);
  return unknown(`${none}; the copy ended ${watchedMs.toFixed(1)} ms after that`);
}

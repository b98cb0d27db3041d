import type { AddressState, CopyEvent } from "../../core/event.js";
import type { CtdbFact } from "../../cluster/log.js";
import type { CaptureEvidence, WireFact } from "./facts.js";
import type { Recovery } from "./recoveries.js";

/** Who served before a loss and who after it; null where the evidence does not tell. */
export interface Servers {
  readonly before: string | null;
  readonly after: string | null;
}

interface ServersInput {
  readonly events: readonly CopyEvent[];
  readonly ctdb: readonly CtdbFact[];
  readonly capture: CaptureEvidence;
  readonly holders: readonly AddressState[];
}

/** The client tells of a session a little after its answer was on the wire. */
const SLACK_MS = 50;

/** The serving nodes around each recovery. After one without a session, nobody served. */
export function serversOf(recoveries: readonly Recovery[], input: ServersInput): Servers[] {
  const connected = input.events.find((event) => event.type === "copy.connected");
  let before = connected === undefined ? null : serverAt(connected.address, connected.clientMs, input);
  return recoveries.map(({ sessions, resumed, lost }) => {
    before ??= serverAt(lost.address, lost.clientMs, input);
    const session = sessions.at(-1);
    const after =
      session === undefined || resumed === undefined ? null : serverAt(session.address, session.atMs, input);
    const servers = { before, after };
    before = after;
    return servers;
  });
}

/**
 * The node at an address at a moment. The capture knows best, by the MAC address that answered the last session there;
 * else the last node that ctdb's log says took the address, else who held it when the copy began.
 */
function serverAt(address: string, atMs: number, { capture, ctdb, holders }: ServersInput): string | null {
  const facts: readonly WireFact[] = capture.kind === "wire" ? capture.wire.facts : [];
  const session = facts.findLast(
    (fact) => fact.what === "session" && fact.address === address && fact.atMs <= atMs + SLACK_MS,
  );
  if (session?.node != null) return session.node;
  const taken = ctdb.findLast((fact) => fact.what === "taken" && fact.address === address && fact.atMs <= atMs);
  return taken?.node ?? holders.find((holder) => holder.address === address)?.node ?? null;
}

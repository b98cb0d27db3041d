import type { CopyEvent } from "../../core/event.js";
import type { CaptureEvidence, WireFact } from "./facts.js";
import type { Recovery } from "./recoveries.js";

interface Input {
  readonly events: readonly CopyEvent[];
  readonly capture: CaptureEvidence;
}

/** The client tells of what it saw a little after the wire did, and both clocks are one. */
const SLACK_MS = 50;

/**
 * Whether a loss was the client's own move because the witness had told it to: undefined where the client does not even
 * say so. Shown only where the client went on at once with a server it was told of, and the capture has the notification before the loss, and after it the client's end of the
 * connection as the first that hangs up: until then the server was there.
 */
export function witnessLed(
  { lost, sessions }: Recovery,
  { events, capture }: Input,
): { readonly shown: boolean; readonly reason: string } | undefined {
  const before = events.slice(0, events.indexOf(lost));
  const since = before.findLastIndex(({ type }) => type === "copy.resumed");
  const notice = before
    .slice(since + 1)
    .findLast((event) => event.type === "copy.witness" && event.what === "notified");
  if (notice?.type !== "copy.witness" || notice.address !== lost.address) return undefined;
  const facts: readonly WireFact[] = capture.kind === "wire" ? capture.wire.facts : [];
  const onWire = facts.findLast(
    (fact) => fact.what === "notified" && fact.address === notice.witness && fact.atMs <= notice.clientMs + SLACK_MS,
  );
  const said = `told by the witness (${[notice.kind, ...notice.to].join(" ")})`;
  if (sessions.length !== 1 || (notice.to.length > 0 && !notice.to.includes(sessions[0]?.address ?? ""))) {
    return { shown: false, reason: `the client was ${said}, and did not go on there at the first try` };
  }
  if (onWire === undefined) return { shown: false, reason: `the client says it was ${said}, the capture shows none` };
  const used = facts.findLast(
    (fact) => fact.what === "session" && fact.address === lost.address && fact.atMs <= lost.clientMs,
  );
  const port = used?.what === "session" ? used.port : undefined;
  const ended = facts.find(
    (fact) =>
      (fact.what === "closed" || fact.what === "reset") && fact.port === port && fact.atMs >= (used?.atMs ?? Infinity),
  );
  if (ended === undefined || !("by" in ended)) {
    return { shown: false, reason: "the capture does not show who ended the connection that was left" };
  }
  if (ended.by === "server" || ended.atMs < onWire.atMs) {
    return { shown: false, reason: `${ended.by === "server" ? "the server" : "the client"} had ended the connection` };
  }
  const early = `${(ended.atMs - onWire.atMs).toFixed(1)} ms before it left`;
  return { shown: true, reason: `${said} from ${onWire.node ?? onWire.mac}, ${early}` };
}

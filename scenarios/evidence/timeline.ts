import type { CopyEvent, CopyEvidence } from "../../core/event.js";
import { requests, requestWord } from "../../core/request-word.js";
import type { CtdbFact } from "../../cluster/log.js";
import type { CaptureEvidence, WireFact } from "./facts.js";
import type { Recovery } from "./recoveries.js";

type Line = CopyEvidence["facts"][number];

/** What is told around each failover: from a while before the loss until a while after the resumption. */
const BEFORE_MS = 5_000;
const AFTER_MS = 3_000;

/** The evidence as one list in order of time, in words, each with its source. */
export function timelineOf(
  input: {
    readonly events: readonly CopyEvent[];
    readonly ctdb: readonly CtdbFact[];
    readonly capture: CaptureEvidence;
  },
  recoveries: readonly Recovery[],
): Line[] {
  const wire = input.capture.kind === "wire" ? input.capture.wire.facts : [];
  const near = ({ atMs }: Line) =>
    recoveries.some(
      ({ lost, resumed }) => atMs >= lost.clientMs - BEFORE_MS && atMs <= (resumed ?? lost).clientMs + AFTER_MS,
    );
  const opening = input.events.flatMap((event) =>
    event.type === "copy.opened" ? line("client", event.clientMs, told(event)) : [],
  );
  const lines = [
    ...input.events.flatMap((event) =>
      "clientMs" in event && event.type !== "copy.opened" ? line("client", event.clientMs, told(event)) : [],
    ),
    ...input.ctdb.flatMap((fact) => line("ctdb", fact.atMs, logged(fact))),
    ...wire.flatMap((fact) => line("wire", fact.atMs, seen(fact))),
  ].filter(near);
  return [...opening, ...lines].sort((one, other) => one.atMs - other.atMs);
}

function line(source: Line["source"], atMs: number, text: string | undefined): Line[] {
  return text === undefined ? [] : [{ source, atMs, text }];
}

function told(event: CopyEvent): string | undefined {
  switch (event.type) {
    case "copy.opened": {
      if (event.granted === undefined) return `opened ${event.path}`;
      const { persistent, durable, lease, oplock } = event.granted;
      const kind = persistent ? "persistent handle" : durable ? "durable handle" : "handle that is not durable";
      return `opened ${event.path}: a ${kind}, lease ${lease || "none"}, oplock ${oplock || "none"}`;
    }
    case "copy.lost":
      if (event.unacked === 0) return `lost ${event.address} (${event.reason})`;
      return `lost ${event.address} (${event.reason}), ${requests(event.unacked, event.verb)} not acknowledged`;
    case "copy.channel":
      return event.what === "lost"
        ? `lost the channel from port ${String(event.port)} (${event.reason}), ${String(event.left)} left`
        : `a further channel from port ${String(event.port)}`;
    case "copy.witness":
      if (event.what === "failed") return `has no witness: ${event.error}`;
      return event.what === "registered"
        ? `registered with the witness at ${event.witness}`
        : `told by the witness at ${event.witness}: ${[event.kind, ...event.to].join(" ")}`;
    case "copy.session":
      return `session with ${event.address}`;
    case "copy.reclaim":
      return event.ok
        ? `reclaimed the handle by ${event.how}, attempt ${String(event.attempts)}`
        : `could not reclaim the handle: ${event.status}, ${String(event.attempts)} attempts`;
    case "copy.reopened":
      return `opened a new handle: ${event.reason}`;
    case "copy.replayed":
      return `sent ${requests(event.writes, event.verb)} again`;
    case "copy.break":
      return `${event.kind} broken to ${event.to || "nothing"}`;
    case "copy.resumed":
      return `first acknowledged ${requestWord(event.verb)} after ${event.gapMs.toFixed(1)} ms`;
    case "copy.beside":
      return `${event.path}: ${event.what}, ${event.status}`;
    case "copy.kernel":
      return `kernel: ${event.text}`;
    case "copy.mount":
      return `kernel: connection ${event.tcp}, session ${event.session}, share ${event.share}, file id ${event.fileId || "none"}`;
    case "copy.held":
      return "used the handle again";
    default:
      return undefined;
  }
}

function logged({ node, what, address }: CtdbFact): string {
  return `${node}: ${what.replaceAll("-", " ")}${address === undefined ? "" : ` ${address}`}`;
}

function seen(fact: WireFact): string | undefined {
  const who = fact.node ?? fact.mac;
  switch (fact.what) {
    case "announced":
      return `gratuitous ARP: ${fact.address} is at ${who}`;
    case "tickled":
      return `tickle ACK for client port ${String(fact.port)} from ${who}`;
    case "reset":
      return `RST by the ${fact.by} on client port ${String(fact.port)}, the other end ${who}`;
    case "closed":
      return `FIN by the ${fact.by} on client port ${String(fact.port)}, the other end ${who}`;
    case "notified":
      return `witness notification (${fact.kind}) from ${who}`;
    case "connected":
      return `TCP connection with ${who} from client port ${String(fact.port)}`;
    case "negotiated":
      return `negotiated with ${who}: signing ${fact.signing ?? "not named"}, encryption ${fact.cipher ?? "none"}`;
    case "session":
      return `SMB session with ${who}`;
    case "opened":
      return `CREATE of ${fact.path} without a reconnect context: ${status(fact.status)} from ${who}`;
    case "reclaimed":
      return `${fact.how} for ${fact.path}${fact.persistent ? " with the persistent flag" : ""}: ${status(fact.status)} from ${who}`;
    case "replayed":
      return `WRITE with the replay flag, channel sequence ${String(fact.channelSequence)}, to ${who}`;
    case "first-write":
      return `first successful WRITE response from ${who}`;
    case "encrypted":
      return `the connection with ${who} turned to encryption${fact.readable ? "" : ", which cannot be read"}`;
  }
}

function status(code: number): string {
  return code === 0 ? "success" : `0x${code.toString(16).padStart(8, "0").toUpperCase()}`;
}

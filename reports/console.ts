import type { Counted, Event, Granted, LockAnswer, TransferVerb } from "../core/event.js";
import { requests } from "../core/request-word.js";
import { formatBytes, formatMs, formatRate } from "./format.js";

/**
 * One line of plain text for an event, or none for what only matters to machines. For pipes, logs and CI, where
 * nothing can be redrawn.
 */
export function plainLine(event: Event): string | undefined {
  switch (event.type) {
    case "run.started":
      return `run ${event.scenario} on topology ${event.topology}`;
    case "image.started":
      return `image ${event.image}: ${event.why} (log: ${event.logPath})`;
    case "image.ready":
      return event.built ? `image ${event.image}: built in ${event.seconds.toFixed(0)} s` : undefined;
    case "plan.ready":
      return `plan: ${String(event.creates)} to create, ${String(event.keeps)} to keep, ${String(event.removes)} to remove`;
    case "action.failed":
      return `${event.op} ${event.id}: ${event.failure.message}`;
    case "probe.passed":
      return `ready after ${formatMs(event.afterMs)}: ${event.probe}`;
    case "lab.ready":
      return `lab ${event.lab} is ready (${formatMs(event.afterMs)})`;
    case "lab.removed":
      return `lab ${event.lab} is removed (${String(event.objects)} ${event.objects === 1 ? "object" : "objects"})`;
    case "step.started":
      return `step: ${event.title}`;
    case "step.finished":
      return event.outcome === "pass" ? undefined : `step: ${event.title}: ${event.outcome}${because(event.reason)}`;
    case "copy.started":
      return `${event.copy}: ${doing[event.verb]} ${formatBytes(event.size)}`;
    case "copy.connected":
      return `${event.copy}: connected to ${event.address} (${[event.dialect, ...protection(event), ...by(event)].join(", ")})`;
    case "copy.opened":
      return `${event.copy}: opened${event.granted === undefined ? "" : `, ${grantedText(event.granted)}`}`;
    case "copy.kernel":
      // From warnings on: what it says of a mount that goes well is of no interest here.
      return event.level <= WARNING ? `${event.copy}: kernel: ${event.text}` : undefined;
    case "copy.channel":
      return event.what === "lost"
        ? `${event.copy}: lost a channel (${event.reason}), ${String(event.left)} left`
        : `${event.copy}: a further channel, ${String(event.left)} now`;
    case "copy.witness":
      return `${event.copy}: ${witnessText(event)}`;
    case "copy.lost":
      if (event.unacked === 0) return `${event.copy}: lost ${event.address} (${event.reason})`;
      return `${event.copy}: lost ${event.address} (${event.reason}), ${requests(event.unacked, event.verb)} unacknowledged`;
    case "copy.reclaim":
      return event.ok
        ? `${event.copy}: handle reclaimed at ${event.address} by ${event.how}`
        : `${event.copy}: reclaim refused at ${event.address}: ${event.status}`;
    case "copy.reopened":
      return `${event.copy}: re-opened at ${event.address}, a new handle: ${event.reason}`;
    case "copy.beside":
      return `${event.copy}: ${event.path} ${event.what} at ${event.address}: ${name(event.status)}`;
    case "copy.replayed":
      return `${event.copy}: replayed ${requests(event.writes, event.verb)} (${formatBytes(event.bytes)})`;
    case "copy.break":
      return `${event.copy}: ${event.kind} broken to ${event.to || "nothing"}`;
    case "copy.resumed":
      return `${event.copy}: resumed after ${formatMs(event.gapMs)}`;
    case "copy.idle":
      return `${event.copy}: idle${event.locks === 0 ? "" : `, with ${String(event.locks)} locks`}`;
    case "copy.held":
      return `${event.copy}: the handle was used again, for writing and reading`;
    case "copy.contended":
      return `${event.copy}: a second session at ${event.address}: ${contention(event)}`;
    case "copy.unlocked":
      return event.locks.length === 0 ? undefined : `${event.copy}: gave up its locks: ${answers(event.locks)}`;
    case "copy.finished":
      if (event.verb === "hold" || event.verb === "rename") {
        return `${event.copy}: ${event.verb === "hold" ? "held" : "renamed"} for ${event.result.seconds.toFixed(1)} s`;
      }
      return `${event.copy}: ${formatBytes(event.result.bytes)} in ${event.result.seconds.toFixed(1)} s, ${formatRate(event.result.bytes, event.result.seconds * 1000)}`;
    case "copy.failed":
      return `${event.copy}: failed at ${event.stage}: ${event.message}`;
    case "nemesis.planned":
      return `nemesis: ${String(event.faults.length)} faults, ${event.seed === null ? "as scheduled" : `drawn from seed ${event.seed}`}`;
    case "fault.started":
      return `fault: ${event.fault} ${event.nodes.join(", ")} (${event.why})`;
    case "fault.healed":
      return `fault healed: ${event.fault} ${event.nodes.join(", ")}`;
    case "rdma.measured":
      return rdmaText(event);
    case "rdma.carried":
      return carriedText(event);
    case "phases":
      return `${event.copy}: stall ${formatMs(event.stallMs)}: ${event.phases.map((phase) => `${phase.name} ${formatMs(phase.toMs - phase.fromMs)}`).join(", ")}`;
    case "check.finished":
      return `check ${event.check}: ${event.outcome}: ${event.reason}`;
    case "check.proven":
      return `${event.proven ? "proven" : "unproven"} ${event.check}: ${event.reason}`;
    case "note":
      return `${event.level}: ${event.text}`;
    case "failure":
      return `testbed: ${event.failure.message}`;
    case "run.finished":
      return `verdict: ${event.verdict.outcome}${because(event.verdict.reasons.join("; "))}\nrun folder: ${event.folder}`;
    case "shrink.trying":
      return `try ${String(event.run)}: ${String(event.faults.length)} of ${String(event.of)} faults${because(event.faults.join("; "))}`;
    case "shrink.tried":
      return `try ${String(event.run)}: ${event.outcome === "fail" ? "fails as before" : event.outcome}${because(event.reasons.join("; "))}`;
    case "shrink.finished":
      return shrunkText(event);
    default:
      return undefined;
  }
}

function shrunkText({ faults, of, runs, minimal, file }: Extract<Event, { type: "shrink.finished" }>): string {
  if (file === null) return `not shrunk: the recorded faults did not fail again in ${String(runs)} runs`;
  const smaller = minimal ? "" : "; whether fewer would do is not known";
  return `shrunk to ${String(faults.length)} of ${String(of)} faults in ${String(runs)} runs${because(faults.join("; "))}${smaller}\n${file}`;
}

const doing: Readonly<Record<TransferVerb, string>> = {
  ...{ put: "writing", get: "reading", store: "reading", hold: "holding a file of" },
  ...{ files: "writing files of together", rename: "renaming a file of", "server-copy": "having the server copy" },
};

type Contended = Extract<Event, { type: "copy.contended" }>;

function contention({ open, writing, locks }: Contended): string {
  return [
    `open for reading ${name(open)}`,
    ...(locks.length === 0 ? [] : [`locks ${answers(locks)}`]),
    `open for writing ${name(writing)}`,
  ].join(", ");
}

function answers(locks: readonly LockAnswer[]): string {
  return [...new Set(locks.map(({ status }) => name(status)))].join(" and ");
}

/** A status by its name where that is known. */
const name = (status: string) => status.replace(/^0x[0-9A-F]+ (NT_STATUS_)?/, "");

const because = (reason: string | undefined) => (reason === undefined || reason === "" ? "" : `: ${reason}`);

type Connected = Extract<Event, { type: "copy.connected" }>;

/** LOG_WARNING of syslog(3). */
const WARNING = 4;

function protection({ encryption, signing, kernel }: Connected): string[] {
  if (encryption !== undefined) return [encryption === "on" ? "encrypted" : `encrypted with ${encryption}`];
  // A kernel does not sign unless it is told to.
  if (kernel !== undefined && signing === "none") return [];
  // Kernels and Windows tell that they sign, and not how; where one does not tell, that is no news.
  return signing === "unknown" ? [] : [signing === "on" ? "signed" : `signed with ${signing}`];
}

function by({ kernel }: Connected): string[] {
  if (kernel === undefined) return [];
  return [kernel.startsWith("Windows ") ? kernel : `Linux ${kernel}`];
}

function witnessText({ what, kind, to, witness, error }: Extract<Event, { type: "copy.witness" }>): string {
  if (what === "registered") return `registered with the witness at ${witness}`;
  if (what === "failed") return `no witness: ${error}`;
  return `the witness at ${witness} says ${kind}${to.length === 0 ? "" : ` to ${to.join(", ")}`}`;
}

function rdmaText({ from, to, ping, bandwidth }: Extract<Event, { type: "rdma.measured" }>): string {
  if (!ping.answered) return `rdma: ${to} does not answer ${from} (${ping.said})`;
  const pinged = `rdma: ${to} answers ${from}, ${String(ping.rounds)} rounds in ${formatMs(ping.ms)}`;
  if (bandwidth === null) return pinged;
  const { verb, bytes, bytesPerSecond, said } = bandwidth;
  const rate = bytesPerSecond === null ? `no figure: ${said}` : formatRate(bytesPerSecond, 1000);
  return `${pinged}; ${verb} of ${formatBytes(bytes)}: ${rate}`;
}

function carriedText({ copy, ends }: Extract<Event, { type: "rdma.carried" }>): string {
  const bytes = (count: Counted | null) => (count === null ? "?" : formatBytes(Math.max(count.sent, count.received)));
  const told = ends.map(({ node, rdmaBytes, tcpBytes }) => `${node} ${bytes(rdmaBytes)} and ${bytes(tcpBytes)}`);
  return `${copy}: by RDMA and by TCP: ${told.join(", ")}`;
}

function grantedText({ persistent, durable, timeoutMs, lease, oplock }: Granted): string {
  const handle = persistent ? "persistent handle" : durable ? "durable handle" : "no durable handle";
  const caching = lease === "" ? `oplock ${oplock}` : `lease ${lease}`;
  return `${handle}${timeoutMs > 0 ? ` for ${formatMs(timeoutMs)}` : ""}, ${caching}`;
}

/**
 * What ctdbd's log says. `Release` and `Takeover` lines are written when the node starts to give up or take an
 * address, before its event scripts run (ctdb_control_release_ip, ctdb_do_takeip in server/ctdb_takeover.c).
 */
export interface CtdbFact {
  /** When it was logged, in milliseconds since the Unix epoch, with fractions. */
  readonly atMs: number;
  /** The node whose ctdbd logged it. */
  readonly node: string;
  readonly what: CtdbFactKind;
  /** The public address it is about, where it is about one. */
  readonly address?: string;
}

export type CtdbFactKind =
  | "disabled"
  | "enabled"
  | "released"
  | "taken"
  | "tickled"
  | "takeover-run-started"
  | "takeover-run-finished"
  | "recovery-started"
  | "recovery-finished"
  | "node-dead"
  | "banned"
  | "stopped";

/** Messages by how they begin, as Samba 4.17 to 4.25 write them. A group, where there is one, is the address. */
const messages: readonly { readonly pattern: RegExp; readonly what: CtdbFactKind }[] = [
  { pattern: /^Disable node$/, what: "disabled" },
  { pattern: /^Enable node$/, what: "enabled" },
  { pattern: /^Release of IP ([\da-f.:]+)\/\d+ on interface /i, what: "released" },
  { pattern: /^Takeover of IP ([\da-f.:]+)\/\d+ on interface /i, what: "taken" },
  // The connection's two ends; the public address is the one with Samba's port, the second.
  { pattern: /^Send TCP tickle ACK: \S+ -> \[?([\da-f.:]+?)\]?:\d+$/i, what: "tickled" },
  { pattern: /^Takeover run starting$/, what: "takeover-run-started" },
  { pattern: /^Takeover run (?:completed successfully|unsuccessful)$/, what: "takeover-run-finished" },
  { pattern: /^Recovery has started$/, what: "recovery-started" },
  { pattern: /^Recovery has finished$/, what: "recovery-finished" },
  { pattern: /^\S+: node \S+ is dead: \d+ connected$/, what: "node-dead" },
  { pattern: /^Banning this node for \d+ seconds$/, what: "banned" },
  { pattern: /^Stopping node$/, what: "stopped" },
];

/** CTDB's own timestamp, host and process; the engine's timestamp may stand before it, and is later. */
const prefix = /^(?:\d{4}-\S+Z )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00) \S+ ctdb[\w-]*\[\d+\]: (.*)$/;

export interface LogLine {
  /** When it was logged, in milliseconds since the Unix epoch, with fractions where the log has them. */
  readonly atMs: number;
  readonly message: string;
}

/** The lines of a node's console output that ctdbd and its helpers wrote. One that is cut off is none. */
export function ctdbLines(text: string): LogLine[] {
  return text.split("\n").flatMap((line) => {
    const [, time, message] = prefix.exec(line) ?? [];
    return time === undefined || message === undefined ? [] : [{ atMs: milliseconds(time), message }];
  });
}

/** The facts in a node's console output, in its order. Lines that say nothing of interest, or are cut off, give none. */
export function readCtdbLog(text: string, node: string): CtdbFact[] {
  return ctdbLines(text).flatMap(({ atMs, message }): CtdbFact[] => {
    for (const { pattern, what } of messages) {
      const match = pattern.exec(message);
      if (match === null) continue;
      const address = match[1];
      return [{ atMs, node, what, ...(address === undefined ? {} : { address }) }];
    }
    return [];
  });
}

/** `Date` knows milliseconds only; CTDB writes microseconds. */
function milliseconds(time: string): number {
  const [whole = "", fraction = "0"] = time.replace("+00:00", "").split(".");
  return Date.parse(`${whole}Z`) + Number(`0.${fraction}`) * 1000;
}

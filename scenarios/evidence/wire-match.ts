import type { CopyEvent } from "../../core/event.js";
import type { WireFact, WireOpen, WireReclaim } from "./facts.js";
import type { Recovery } from "./recoveries.js";
import { lossBeganMs } from "./kernel-client.js";
import { samePath } from "./same-path.js";

/** What the capture shows of one recovery. */
export interface WireMatch {
  /** The last successful reclaim of the copy's path between the loss and the resumption. */
  readonly reclaimed: WireReclaim | undefined;
  /** The last reclaim of the path in that time that was refused. */
  readonly refused: WireReclaim | undefined;
  /** The last successful CREATE of the path without a reconnect context in that time. */
  readonly opened: WireOpen | undefined;
  /** The first successful CREATE of the path in the whole capture, before the loss. */
  readonly first: WireOpen | undefined;
  /** Whether anything was encrypted that could not be read. */
  readonly encrypted: boolean;
}

/** The client tells of what it saw a little after the wire did, and both clocks are one. */
const SLACK_MS = 50;

/** Finds on the wire what the client tells of: same path, between the loss and the resumption. */
export function seenOnWire(recovery: Recovery, events: readonly CopyEvent[], facts: readonly WireFact[]): WireMatch {
  const { resumed, reclaim, reopened } = recovery;
  // A file that was renamed comes back by another name than the one it was opened by.
  const opened = events.find((event) => event.type === "copy.opened")?.path;
  const paths = [opened, reclaim?.path, reopened?.path].filter((path) => path !== undefined);
  const fromMs = lossBeganMs(recovery, events) - SLACK_MS;
  const toMs = (resumed?.clientMs ?? Number.POSITIVE_INFINITY) + SLACK_MS;
  const asked = facts.filter(
    (fact): fact is WireReclaim | WireOpen =>
      (fact.what === "reclaimed" || fact.what === "opened") &&
      (paths.length === 0 || paths.some((path) => samePath(fact.path, path))),
  );
  const ours = asked.filter(({ status }) => status === 0);
  const isMeanwhile = ({ atMs }: WireFact) => atMs >= fromMs && atMs <= toMs;
  const meanwhile = ours.filter(isMeanwhile);
  return {
    reclaimed: meanwhile.findLast((fact): fact is WireReclaim => fact.what === "reclaimed"),
    refused: asked.findLast(
      (fact): fact is WireReclaim => fact.what === "reclaimed" && fact.status !== 0 && isMeanwhile(fact),
    ),
    opened: meanwhile.findLast((fact): fact is WireOpen => fact.what === "opened"),
    first: ours.find((fact): fact is WireOpen => fact.what === "opened" && fact.atMs < fromMs),
    encrypted: facts.some((fact) => fact.what === "encrypted" && !fact.readable && fact.atMs <= toMs),
  };
}

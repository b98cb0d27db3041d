import type { EventBody } from "../core/event.js";

interface Told {
  /** Its row in docs/scenario.md. */
  readonly docs: string;
  readonly matches: (event: EventBody, copy: string) => boolean;
}

/** Matches events of one type of the copy that the block belongs to. */
const ofCopy =
  (type: EventBody["type"]) =>
  (event: EventBody, copy: string): boolean =>
    event.type === type && "copy" in event && event.copy === copy;

/** What a step of a block can wait for by `on`. A new one is a line here. */
export const momentEvents = {
  connected: { docs: "The client has its first session.", matches: ofCopy("copy.connected") },
  opened: { docs: "The file is open.", matches: ofCopy("copy.opened") },
  fault: {
    docs: "A fault was caused, by any step of the run: its command has returned.",
    matches: (event) => event.type === "fault.injected",
  },
  idle: { docs: "A `hold` is idle from here on.", matches: ofCopy("copy.idle") },
  lost: { docs: "The client lost its connection, or gave it up.", matches: ofCopy("copy.lost") },
  session: { docs: "After a loss, a new session stands.", matches: ofCopy("copy.session") },
  reclaim: {
    docs: "After a loss, the handle was got back.",
    matches: (event, copy) => event.type === "copy.reclaim" && event.copy === copy && event.ok,
  },
  reopened: { docs: "After a loss, a new handle was opened instead.", matches: ofCopy("copy.reopened") },
  resumed: { docs: "After a loss, the first acknowledgement.", matches: ofCopy("copy.resumed") },
  "lease-break": {
    docs: "The server broke the lease or oplock of the client.",
    matches: ofCopy("copy.break"),
  },
} as const satisfies Readonly<Record<string, Told>>;

export type MomentEvent = keyof typeof momentEvents;

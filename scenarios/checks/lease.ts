import { z } from "zod";
import { leases } from "../../clients/client.js";
import type { CopyEvent, Granted } from "../../core/event.js";
import type { Observed } from "../evidence/observed.js";
import { withEvents } from "../evidence/tamper.js";
import type { CopyCheck } from "./check.js";
import { observedDefect } from "./failover-defects.js";
import { failoverFacts, judgeEvidence } from "./failover-facts.js";
import type { FailoverFacts } from "./failover-facts.js";
import { fail, pass, unknown } from "./finding.js";

export const lease: CopyCheck<(typeof leases)[number], FailoverFacts> = {
  name: "lease",
  about: "copy",
  schema: z.enum(leases).meta({ description: "What the handle has when it was opened and after the faults." }),
  docs: {
    field: "lease: RWH` or another, `batch`, `none",
    passes:
      "The server granted exactly this lease or oplock when the file was opened, and the handle has it after the faults, too.",
  },
  gather: failoverFacts,
  judge: (wanted, facts) =>
    judgeEvidence(facts, () => {
      const { before, after } = grantsOf(facts.observed?.events ?? []);
      if (before === undefined) return unknown("the client did not tell what it was granted");
      if (after === undefined) return unknown("the client did not tell what its handle had after the loss");
      if (caching(before) !== wanted) return fail(`${caching(before)} was granted, expected ${wanted}`);
      if (caching(after) !== wanted) return fail(`${wanted} was granted, and ${caching(after)} is left of it`);
      return pass(`${wanted}, before and after`);
    }),
  defects: [
    observedDefect("less is granted", "fail", (observed, wanted) => granted(observed, "copy.opened", other(wanted))),
    observedDefect("less is left after the loss", "fail", (observed, wanted) =>
      granted(observed, "copy.reclaim", other(wanted)),
    ),
    observedDefect("the client does not tell what is left", "unknown", (observed) =>
      withEvents(observed, (event) => {
        if (event.type !== "copy.reclaim" || event.granted === undefined) return event;
        const { type, copy, clientMs, address, ok, how, status, attempts } = event;
        return { type, copy, clientMs, address, ok, how, status, attempts };
      }),
    ),
  ],
};

/** What a defect grants instead. */
const other = (wanted: string) => (wanted === "none" ? "R" : "");

function granted(observed: Observed, type: "copy.opened" | "copy.reclaim", letters: string): Observed | undefined {
  return withEvents(observed, (event) =>
    (event.type === "copy.opened" || event.type === "copy.reclaim") &&
    event.type === type &&
    event.granted !== undefined
      ? { ...event, granted: { ...event.granted, lease: letters, oplock: letters === "" ? "none" : "lease" } }
      : event,
  );
}

/** The last word on the handle before it was used again: what comes after that, the second session brings about. */
function grantsOf(events: readonly CopyEvent[]): { before: Granted | undefined; after: Granted | undefined } {
  let before: Granted | undefined;
  let after: Granted | undefined;
  for (const event of events) {
    if (event.type === "copy.held") break;
    if (event.type === "copy.opened") before = after = event.granted;
    if (event.type === "copy.reclaim" && event.ok) after = event.granted;
    if (event.type === "copy.reopened") after = event.granted;
    if (event.type === "copy.break") after = after && { ...after, [event.kind]: event.to };
  }
  return { before, after };
}

function caching({ lease: letters, oplock }: Granted): string {
  return letters === "" ? oplock : letters;
}

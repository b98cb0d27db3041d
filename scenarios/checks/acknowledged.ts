import { z } from "zod";
import type { CopyEvent } from "../../core/event.js";
import type { StoreDefect } from "../../clients/store.js";
import { readAcknowledged, readSpoilt } from "../read-back.js";
import type { Found } from "../read-back.js";
import type { CopyCheck, CopySubject } from "./check.js";
import type { Finding } from "./finding.js";
import { fail, pass, unknown } from "./finding.js";

/** How much was acknowledged at a moment that matters. */
interface Moment {
  readonly when: string;
  readonly acked: number;
}

interface Facts {
  /** In order; the last is the end of the copy, however it ended. */
  readonly moments: readonly Moment[];
  /** What is in the store, as far as it was acknowledged. */
  readonly found: Found;
}

export const acknowledged: CopyCheck<"kept", Facts> = {
  name: "acknowledged",
  about: "copy",
  schema: z
    .literal("kept")
    .meta({ description: "Everything that was acknowledged is in the store, also when the copy failed." }),
  docs: {
    field: "acknowledged: kept",
    passes:
      "Every byte that the server had acknowledged is in the store as it was written, whether the copy finished or failed. What is missing is named, with the moment before which it was acknowledged.",
  },
  gather: async (subject) => {
    const { copy, context } = subject;
    const moments = momentsOf(copy.events, copy.acked);
    const acked = moments.at(-1)?.acked ?? 0;
    const whole = copy.readBacks.get("store");
    const known = acked === copy.payload.sizeBytes && whole !== undefined && "bad" in whole;
    const found = known || acked === 0 ? whole : await readAcknowledged(copy, context, acked, context.emit);
    return { moments, found: found ?? { failed: "nothing was acknowledged" } };
  },
  judge: (_kept, { moments, found }) => judgeAcknowledged(moments, found),
  defects: [
    inStore("a block that was acknowledged is zeroed", "zero"),
    inStore("a block that was acknowledged is stale", "stale"),
    inFacts("the file ends before what was acknowledged", "fail", ({ moments, found }) => {
      const acked = moments.at(-1)?.acked ?? 0;
      if ("failed" in found) return undefined;
      return { moments, found: { ...found, bad: [{ from: Math.floor(acked / 2), to: acked, class: "short" }] } };
    }),
    inFacts("the store cannot be read", "unknown", ({ moments }) => ({ moments, found: { failed: "planted" } })),
  ],
};

function judgeAcknowledged(moments: readonly Moment[], found: Found): Finding {
  const acked = moments.at(-1)?.acked ?? 0;
  if (acked === 0) return unknown("nothing was acknowledged");
  if ("failed" in found) return unknown(`the store was not read: ${found.failed}`);
  if (found.bad === undefined) return unknown("the store was read without looking for what is missing");
  const lost = found.bad
    .filter(({ from }) => from < acked)
    .map((range) => ({ ...range, to: Math.min(range.to, acked) }));
  if (lost.length === 0) return pass(`${String(acked)} bytes were acknowledged, and are in the store`);
  const told = lost.map((range) => {
    const before = moments.find((moment) => range.to <= moment.acked)?.when ?? "its end";
    return `bytes ${String(range.from)} to ${String(range.to)} (${range.class}), acknowledged before ${before}`;
  });
  return fail(`lost: ${told.join("; ")}`);
}

/** What had been acknowledged at each loss, and in the end. Reports of progress lag: more may have been. */
function momentsOf(events: readonly CopyEvent[], acked: number): Moment[] {
  const losses = events.flatMap((event) =>
    event.type === "copy.lost" ? [{ when: `the loss of ${event.address} (${event.reason})`, acked: event.acked }] : [],
  );
  const most = Math.max(acked, ...losses.map((moment) => moment.acked));
  return [...losses, { when: "the end of the copy", acked: most }];
}

function inStore(name: string, defect: StoreDefect) {
  const plant = async ({ moments }: Facts, _kept: "kept", { copy, context }: CopySubject) => {
    const acked = moments.at(-1)?.acked ?? 0;
    const read = () => readAcknowledged(copy, context, acked, () => undefined);
    return { moments, found: await readSpoilt(copy, context, { defect, size: acked }, read) };
  };
  return { name, turns: "fail", plant } as const;
}

function inFacts<Turns extends "fail" | "unknown">(
  name: string,
  turns: Turns,
  plant: (facts: Facts) => Facts | undefined,
) {
  return { name, turns, plant } as const;
}

import { z } from "zod";
import type { Mismatch, TransferResult } from "../../core/event.js";
import { BLOCK_BYTES } from "../../clients/store.js";
import type { StoreDefect } from "../../clients/store.js";
import { readBack, readPlace, readSpoilt } from "../read-back.js";
import type { CopyCheck, CopySubject } from "./check.js";
import type { Finding } from "./finding.js";
import { fail, pass, unknown } from "./finding.js";

export const content: CopyCheck<"identical", ContentFacts> = {
  name: "content",
  about: "copy",
  schema: z.literal("identical").meta({
    description:
      "Reads the file back from every node over SMB and from the store; every byte, md5 and sha256 must agree.",
  }),
  docs: {
    field: "content: identical",
    passes:
      "The file was read back from every node over SMB, by the node's own address, and from the store without SMB; size, md5, sha256 and every byte agree with the source. A mismatch names the first bad offset and its class.",
  },
  gather: async ({ copy, context }) => ({
    sizeBytes: copy.payload.sizeBytes,
    source: copy.result,
    places: copy.state === "finished" ? await readBack(copy, context) : [],
    readBacks: copy.readBacks,
  }),
  judge: (_identical, facts) => judgeContent(facts),
  defects: [
    inFile("a byte of the file is flipped", "flip", -1),
    inFile("a block of the file is zeroed", "zero", 0),
    inFile("two blocks of the file are swapped", "swap", 1),
    inFile("a block of the file is stale", "stale", 2),
    inReadBack("a place has another md5", "fail", (found) => ({ ...found, md5: "0".repeat(32) })),
    inReadBack("a place has another sha256", "fail", (found) => ({ ...found, sha256: "0".repeat(64) })),
    inReadBack("a place cannot be read", "unknown", () => ({ failed: "planted: connection refused" })),
  ],
};

/** The file itself is spoilt while one place is read once more: -1 is the store, else a node by its number. */
function inFile(name: string, defect: StoreDefect, place: number) {
  const plant = async (facts: ContentFacts, _wanted: "identical", { copy, context }: CopySubject) => {
    const at = facts.places.at(place < 0 ? place : place % Math.max(1, facts.places.length));
    const size = facts.sizeBytes;
    const blocks = size / (copy.payload.files ?? 1) / BLOCK_BYTES;
    if (at === undefined || (defect === "swap" && blocks < 2)) return undefined;
    const found = await readSpoilt(copy, context, { defect, size }, () =>
      readPlace(copy, context, at, () => undefined),
    );
    return { ...facts, readBacks: new Map([...facts.readBacks, [at, found]]) };
  };
  return { name, turns: "fail", plant } as const;
}

/** The last place that was read gave something else. */
function inReadBack<Turns extends "fail" | "unknown">(
  name: string,
  turns: Turns,
  change: (found: TransferResult) => TransferResult | { readonly failed: string },
) {
  const plant = (facts: ContentFacts): ContentFacts | undefined => {
    const place = facts.places.at(-1);
    const found = place === undefined ? undefined : facts.readBacks.get(place);
    if (place === undefined || found === undefined || "failed" in found) return undefined;
    return { ...facts, readBacks: new Map([...facts.readBacks, [place, change(found)]]) };
  };
  return { name, turns, plant } as const;
}

/** What is compared: the source's hashes, and what was read back from each place. */
export interface ContentFacts {
  readonly sizeBytes: number;
  /** Undefined when the copy did not finish. */
  readonly source: TransferResult | undefined;
  /** Every place that must be read: all nodes and the store. */
  readonly places: readonly string[];
  readonly readBacks: ReadonlyMap<string, TransferResult | { readonly failed: string }>;
}

/**
 * Identical means: each place gave the whole size, the md5 and the sha256 of the source, and every byte as generated.
 * A place that could not be read, or a hash that was not taken, is unknown: nothing equals nothing, and proves it.
 */
function judgeContent({ sizeBytes, source, places, readBacks }: ContentFacts): Finding {
  if (source === undefined) return unknown("the copy did not finish: there is nothing to compare");
  if (source.mismatch !== null) return fail(`at the client: ${firstBad(source.mismatch)}`);
  if (source.bytes !== sizeBytes) {
    return fail(`the client moved ${String(source.bytes)} of ${String(sizeBytes)} bytes`);
  }
  if (source.bytes === 0) return unknown("the file is empty: the hash of nothing proves nothing");
  if (!source.md5 || !source.sha256) return unknown("the source took no md5 and sha256");
  if (places.length === 0) return unknown("no place was named to read the file back from");
  const missing: string[] = [];
  for (const place of places) {
    const found = readBacks.get(place);
    if (found === undefined) missing.push(`${place} was not read`);
    else if ("failed" in found) missing.push(`${place}: ${found.failed}`);
    else {
      const difference = differs(source, found);
      if (difference !== undefined) return fail(`${place}: ${difference}`);
    }
  }
  if (missing.length > 0) return unknown(missing.join("; "));
  return pass(`md5 ${source.md5} and sha256 ${source.sha256} at the source, on ${places.join(", ")}`);
}

function firstBad({ offset, class: sort, detail }: Mismatch): string {
  return `first bad byte at offset ${String(offset)} (${sort}): ${detail}`;
}

function differs(source: TransferResult, found: TransferResult): string | undefined {
  if (found.mismatch !== null) {
    return firstBad(found.mismatch);
  }
  if (found.bytes !== source.bytes) return `${String(found.bytes)} bytes, the source sent ${String(source.bytes)}`;
  if (found.md5 !== source.md5) return `md5 is ${String(found.md5)}, at the source ${String(source.md5)}`;
  if (found.sha256 !== source.sha256)
    return `sha256 is ${String(found.sha256)}, at the source ${String(source.sha256)}`;
  return undefined;
}

import { describe, expect, it } from "vitest";
import type { TransferResult } from "../../core/event.js";
import { content } from "./content.js";

const source: TransferResult = { bytes: 100, seconds: 1, md5: "m", sha256: "s", mismatch: null, gaps: [] };
const places = ["node1", "store"];
const check = (
  found: Partial<TransferResult> | { failed: string } | undefined,
  from: TransferResult | undefined = source,
) =>
  content.judge("identical", {
    sizeBytes: 100,
    source: from,
    places,
    readBacks: new Map<string, TransferResult | { failed: string }>([
      ["node1", source],
      ...(found === undefined ? [] : [["store", "failed" in found ? found : { ...source, ...found }] as const]),
    ]),
  });

describe("the content check", () => {
  it("passes when every place gave the source's size, md5 and sha256", () => {
    expect(check({}).outcome).toBe("pass");
  });

  it("fails with offset and class of the first bad byte", () => {
    const found = check({ mismatch: { offset: 65_536, class: "zero", detail: "64 zero bytes" } });
    expect(found).toEqual({ outcome: "fail", reason: "store: first bad byte at offset 65536 (zero): 64 zero bytes" });
  });

  it.each([
    ["md5", { md5: "other" }],
    ["sha256", { sha256: "other" }],
    ["bytes", { bytes: 99 }],
  ])("fails when %s differs", (_what, difference) => {
    expect(check(difference).outcome).toBe("fail");
  });

  it("fails when a client that reads was given something else, whatever the places hold", () => {
    const mismatch = { offset: 0, class: "stale", detail: "generation 0" };
    expect(check({}, { ...source, mismatch })).toEqual({
      outcome: "fail",
      reason: "at the client: first bad byte at offset 0 (stale): generation 0",
    });
  });

  it("fails when the source sent less than it should", () => {
    expect(check({ bytes: 99 }, { ...source, bytes: 99 }).outcome).toBe("fail");
  });

  it("is unknown when a place was not read", () => {
    expect(check(undefined)).toEqual({ outcome: "unknown", reason: "store was not read" });
  });

  it("is unknown when a place could not be read", () => {
    expect(check({ failed: "connect: refused" }).outcome).toBe("unknown");
  });

  it("is unknown when the copy did not finish, though all places agree", () => {
    const readBacks = new Map([["node1", source] as const, ["store", source] as const]);
    expect(content.judge("identical", { sizeBytes: 100, source: undefined, places, readBacks }).outcome).toBe(
      "unknown",
    );
  });

  it("is unknown when the source took no hash, for nothing equals nothing", () => {
    expect(check({ md5: null }, { ...source, md5: null }).outcome).toBe("unknown");
  });

  it("is unknown for an empty file", () => {
    const empty = { ...source, bytes: 0 };
    expect(
      content.judge("identical", {
        sizeBytes: 0,
        source: empty,
        places: ["store"],
        readBacks: new Map([["store", empty]]),
      }).outcome,
    ).toBe("unknown");
  });

  it("is unknown when no place was named", () => {
    expect(content.judge("identical", { sizeBytes: 100, source, places: [], readBacks: new Map() }).outcome).toBe(
      "unknown",
    );
  });
});

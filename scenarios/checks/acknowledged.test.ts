import { truncateSync, unlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { TransferResult } from "../../core/event.js";
import { acknowledged } from "./acknowledged.js";
import { localCopy } from "./local-store.fixture.js";

const moments = [
  { when: "the loss of 10.7.0.1 (reset)", acked: 1000 },
  { when: "the end of the copy", acked: 4000 },
];
const read: TransferResult = { bytes: 5000, seconds: 1, md5: "m", sha256: "s", mismatch: null, gaps: [] };
const bad = (...ranges: { from: number; to: number; class: string }[]): TransferResult => ({ ...read, bad: ranges });
const judge = (found: TransferResult | { failed: string }) => acknowledged.judge("kept", { moments, found });

describe("the check of what was acknowledged", () => {
  it("names what is lost, and the moment before which it was acknowledged", () => {
    expect(judge(bad({ from: 0, to: 500, class: "lost" }, { from: 3000, to: 5000, class: "short" }))).toEqual({
      outcome: "fail",
      reason:
        "lost: bytes 0 to 500 (lost), acknowledged before the loss of 10.7.0.1 (reset); bytes 3000 to 4000 (short), acknowledged before the end of the copy",
    });
  });

  it("does not mind what was not acknowledged", () => {
    expect(judge(bad({ from: 4000, to: 5000, class: "torn" }))).toEqual({
      outcome: "pass",
      reason: "4000 bytes were acknowledged, and are in the store",
    });
  });

  it("is unknown when nothing was acknowledged or the store was not read", () => {
    expect(acknowledged.judge("kept", { moments: [], found: bad() }).outcome).toBe("unknown");
    expect(judge({ failed: "node1 is gone" }).outcome).toBe("unknown");
    expect(judge(read).outcome).toBe("unknown");
  });

  it("looks into the store itself for what a copy that failed had acknowledged", async () => {
    using subject = await localCopy();
    const { copy, file } = subject;
    copy.readBacks.clear();
    copy.end("failed");
    copy.acked = 131_072;
    const outcome = async () => acknowledged.judge("kept", await acknowledged.gather(subject, "kept"));
    expect(await outcome()).toMatchObject({ outcome: "pass" });
    truncateSync(file, 65_536);
    expect((await outcome()).reason).toBe(
      "lost: bytes 65536 to 131072 (short), acknowledged before the end of the copy",
    );
    unlinkSync(file);
    expect((await outcome()).reason).toBe("lost: bytes 0 to 131072 (short), acknowledged before the end of the copy");
  }, 60_000);
});

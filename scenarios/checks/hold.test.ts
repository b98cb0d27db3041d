import { beforeAll, describe, expect, it } from "vitest";
import type { CopyEvent, Granted } from "../../core/event.js";
import type { Observed } from "../evidence/observed.js";
import { lease } from "./lease.js";
import { locks } from "./locks.js";
import { recordedHold } from "./recorded.fixture.js";
import { stall } from "./stall.js";

let observed: Observed;
beforeAll(async () => {
  observed = await recordedHold();
});

const OK = "0x00000000 NT_STATUS_OK";

/** The recorded events with those of one type changed or, where `change` gives nothing, dropped. */
function changed<Type extends CopyEvent["type"]>(
  type: Type,
  change: (event: Extract<CopyEvent, { type: Type }>) => CopyEvent | undefined,
): Observed {
  const events = observed.events.flatMap((event) =>
    event.type === type ? (change(event as Extract<CopyEvent, { type: Type }>) ?? []) : [event],
  );
  return { ...observed, events };
}

describe("the check of locks", () => {
  const judge = (seen: Observed) => locks.judge("held", { observed: seen });
  const lockAnswered = (type: "copy.contended" | "copy.unlocked", status: string) =>
    changed(type, (event) => ({
      ...event,
      locks: event.locks.map((lock, at) => (at === 1 ? { ...lock, status } : lock)),
    }));

  it("passes when a second session is refused them all and the holder gives them up", () => {
    expect(judge(observed)).toEqual({
      outcome: "pass",
      reason: "all 2 locks were refused to a second session at 10.91.1.102, and given up by the holder",
    });
  });

  it("fails when a second session gets one", () => {
    expect(judge(lockAnswered("copy.contended", OK))).toEqual({
      outcome: "fail",
      reason: "a second session got the lock of 10 bytes at 10 at 10.91.1.102",
    });
  });

  it("fails when the holder does not have one any more", () => {
    const { outcome, reason } = judge(lockAnswered("copy.unlocked", "0xC000007E NT_STATUS_RANGE_NOT_LOCKED"));
    expect(outcome).toBe("fail");
    expect(reason).toMatch(/^the holder does not have the lock of 10 bytes at 10: .*RANGE_NOT_LOCKED$/);
  });

  it("fails when the handle is gone", () => {
    const failed = changed("copy.finished", ({ copy, clientMs }) => ({
      ...{ type: "copy.failed", copy, clientMs, verb: "hold" },
      ...{ stage: "reclaim", status: "0xC0000034 NT_STATUS_OBJECT_NAME_NOT_FOUND", message: "gone" },
    }));
    expect(judge(failed).outcome).toBe("fail");
  });

  it("is unknown when nobody tried, or could not, or was answered something else", () => {
    for (const seen of [
      changed("copy.contended", () => undefined),
      changed("copy.contended", (event) => ({ ...event, open: "0xC0000043 NT_STATUS_SHARING_VIOLATION" })),
      changed("copy.contended", (event) => ({ ...event, locks: [] })),
      lockAnswered("copy.contended", "0xC0000022 NT_STATUS_ACCESS_DENIED"),
      changed("copy.unlocked", () => undefined),
      changed("copy.unlocked", (event) => ({ ...event, locks: [] })),
    ]) {
      expect(judge(seen).outcome).toBe("unknown");
    }
  });

  it("is unknown when the failover is in doubt", () => {
    expect(judge({ ...observed, faultsExpected: 2 }).outcome).toBe("unknown");
  });
});

describe("the check of a lease", () => {
  const judge = (seen: Observed, wanted: "RWH" | "batch" = "RWH") => lease.judge(wanted, { observed: seen }).outcome;
  const grants = (type: "copy.opened" | "copy.reclaim", change: Partial<Granted>) =>
    changed(type, (event) =>
      event.granted === undefined ? event : { ...event, granted: { ...event.granted, ...change } },
    );

  it("passes when it was granted and is left", () => {
    expect(judge(observed)).toBe("pass");
  });

  it("fails when less was granted, or less is left", () => {
    expect(judge(grants("copy.opened", { lease: "R" }))).toBe("fail");
    expect(judge(grants("copy.reclaim", { lease: "RH" }))).toBe("fail");
    expect(judge(grants("copy.reclaim", { lease: "", oplock: "none" }))).toBe("fail");
    expect(judge(observed, "batch")).toBe("fail");
  });

  it("is unknown when nobody told, or when the failover is in doubt", () => {
    const untold = changed("copy.reclaim", ({ type, copy, clientMs, address, ok, how, status, attempts }) => ({
      ...{ type, copy, clientMs, address, ok, how, status, attempts },
    }));
    expect(judge(untold)).toBe("unknown");
    expect(judge({ ...observed, faultsExpected: 2 })).toBe("unknown");
  });
});

it("the stall of a hold that was planted is seen", async () => {
  const wanted = { under: 5000 };
  expect(stall.judge(wanted, { observed, runtime: "docker" }).outcome).toBe("pass");
  const planted = await stall.defects[0].plant({ observed, runtime: "docker" }, wanted, undefined as never);
  expect(stall.judge(wanted, planted!).outcome).toBe("fail");
});

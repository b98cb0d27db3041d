import { describe, expect, it } from "vitest";
import { ToolError } from "../core/errors.js";
import { eventOf } from "./smb3-events.js";

const put = { copy: "dvd", verb: "put" } as const;

describe("what the client prints", () => {
  it("becomes an event with the client's own time in milliseconds", () => {
    const said = `{"t":1700000000.25,"ev":"progress","acked":10,"sent":20,"acks":1,"longestGapMs":3.5}`;
    expect(eventOf(said, put)).toEqual({
      type: "copy.progress",
      copy: "dvd",
      clientMs: 1_700_000_000_250,
      acked: 10,
      sent: 20,
      longestGapMs: 3.5,
    });
  });

  it("becomes the result with its gaps in milliseconds", () => {
    const gaps = `[{"t":1700000000.5,"ms":250,"acked":4096}]`;
    const said = `{"t":1,"ev":"result","verb":"put","bytes":8,"seconds":1,"md5":"m","sha256":"s","gaps":${gaps},"mismatch":null}`;
    expect(eventOf(said, put)).toMatchObject({
      type: "copy.finished",
      result: { gaps: [{ startMs: 1_700_000_000_500, ms: 250, acked: 4096 }] },
    });
  });

  it("says that the copy was over when the file was closed, however long hashing took", () => {
    const said = `{"t":1700000002,"ev":"result","bytes":8,"seconds":1,"hashMs":1500,"md5":"m","sha256":"s","gaps":[],"mismatch":null}`;
    expect(eventOf(said, put)).toMatchObject({ type: "copy.finished", clientMs: 1_700_000_000_500 });
  });

  it("becomes a failure of the copy when the program reports an error", () => {
    const said = `{"t":1,"ev":"error","stage":"reclaim","status":"0xc0000034 STATUS_OBJECT_NAME_NOT_FOUND","message":"gone"}`;
    expect(eventOf(said, { copy: "dvd@node1", verb: "get", from: "node1" })).toMatchObject({
      type: "copy.failed",
      verb: "get",
      from: "node1",
      stage: "reclaim",
    });
  });

  it("becomes what a held handle went through", () => {
    const held = { copy: "h", verb: "hold" } as const;
    expect(eventOf(`{"t":1,"ev":"idle","locks":2,"echoMs":60000}`, held)).toEqual({
      ...{ type: "copy.idle", copy: "h", clientMs: 1000, locks: 2 },
    });
    const locks = [{ offset: 0, length: 10, status: "0x00000000 NT_STATUS_OK" }];
    expect(eventOf(JSON.stringify({ t: 1, ev: "unlocked", locks }), held)).toMatchObject({
      type: "copy.unlocked",
      locks,
    });
    expect(eventOf(`{"t":1,"ev":"resumed","address":"a","acked":1,"gapMs":2}`, held)).toMatchObject({ verb: "hold" });
  });

  it("is ignored where nothing follows from it", () => {
    expect(eventOf(`{"t":1,"ev":"flushed"}`, put)).toBeUndefined();
  });

  it.each([["not JSON"], [`{"t":1,"ev":"progress","acked":"many"}`], [`{"t":1,"ev":"unheard-of"}`]])(
    "is a broken testbed when it is not as agreed: %s",
    (said) => {
      expect(() => eventOf(said, put)).toThrow(ToolError);
    },
  );
});

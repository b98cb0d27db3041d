import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { joinSignals } from "./join-signals.js";

describe("joined signals", () => {
  it("abort with the first of their sources, and with its reason", () => {
    const [one, other] = [new AbortController(), new AbortController()];
    using joined = joinSignals(one.signal, undefined, other.signal);
    expect(joined.signal.aborted).toBe(false);
    other.abort(new Error("the other"));
    one.abort(new Error("too late"));
    expect(joined.signal.reason).toEqual(new Error("the other"));
  });

  it("are aborted from the start where a source is", () => {
    using joined = joinSignals(new AbortController().signal, AbortSignal.abort("before"));
    expect(joined.signal.reason).toBe("before");
  });

  it("leave nothing in their sources, neither when disposed of nor when aborted", () => {
    const [lives, ends] = [new AbortController(), new AbortController()];
    const done = joinSignals(lives.signal);
    expect(getEventListeners(lives.signal, "abort")).toHaveLength(1);
    done[Symbol.dispose]();
    using joined = joinSignals(lives.signal, ends.signal);
    ends.abort();
    expect(joined.signal.aborted).toBe(true);
    expect(getEventListeners(lives.signal, "abort")).toHaveLength(0);
  });

  it("abort no more once disposed of", () => {
    const source = new AbortController();
    const joined = joinSignals(source.signal);
    joined[Symbol.dispose]();
    source.abort();
    expect(joined.signal.aborted).toBe(false);
  });
});

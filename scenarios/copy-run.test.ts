import { describe, expect, it } from "vitest";
import { CopyRun } from "./copy-run.js";

const newRun = () =>
  new CopyRun({
    id: "dvd",
    client: "laptop",
    share: "dvd",
    path: "dvd.iso",
    payload: { seed: "0", run: "r", sizeBytes: 10 },
  });
const mark = { type: "copy.mark", copy: "dvd", clientMs: 1, id: "m", atByte: 4, acked: 5 } as const;

describe("a running copy", () => {
  it("wakes who waits for a mark when the mark is reached", async () => {
    const run = newRun();
    const waiting = run.reached("m");
    run.observe(mark);
    expect(await waiting).toBe(true);
    expect(await run.reached("m")).toBe(true);
  });

  it("tells who waits that the mark will never come once it ends", async () => {
    const run = newRun();
    const waiting = run.reached("m");
    run.end("finished");
    expect(await waiting).toBe(false);
    expect(await run.reached("m")).toBe(false);
  });

  it("follows the address of its client, and not those of other copies", () => {
    const run = newRun();
    run.observe({ type: "copy.session", copy: "dvd", clientMs: 1, address: "10.77.2.101", port: 1 });
    run.observe({ type: "copy.session", copy: "other", clientMs: 2, address: "10.77.2.102", port: 2 });
    expect(run.address).toBe("10.77.2.101");
  });

  it("keeps all that happened, and of its reports of progress the one with the longest gap", () => {
    const run = newRun();
    const session = { type: "copy.session", copy: "dvd", clientMs: 1, address: "10.77.2.101", port: 1 } as const;
    const report = (longestGapMs: number) =>
      ({ type: "copy.progress", copy: "dvd", clientMs: 2, acked: longestGapMs, sent: 9, longestGapMs }) as const;
    for (const event of [report(3), session, report(7), mark, report(5)]) run.observe(event);
    expect(run.events).toEqual([session, report(7), mark]);
    expect(run.acked).toBe(5);
  });
});

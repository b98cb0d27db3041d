import { describe, expect, it } from "vitest";
import { fakeClock } from "./clock.js";
import type { EventBody } from "./event.js";
import { thinProgress } from "./thin-progress.js";

/** A copy that reports every 50 ms, until it has run for so long; `also` happens when that time is reached. */
function copyFor(totalMs: number, also: Readonly<Record<number, EventBody>> = {}, gaps: Record<number, number> = {}) {
  const clock = fakeClock();
  const written: (EventBody & { atMs: number })[] = [];
  const emit = thinProgress((body) => {
    written.push({ ...body, atMs: clock.now() });
  }, clock);
  for (let ms = 0; ms <= totalMs; ms += 50) {
    const event = also[ms];
    if (event !== undefined) emit(event);
    emit({ type: "copy.progress", copy: "dvd", clientMs: ms, acked: ms, sent: ms, longestGapMs: gaps[ms] ?? 1 });
    clock.advance(50);
  }
  const reports = written.filter((body) => body.type === "copy.progress");
  const between = (fromMs: number, toMs: number) =>
    reports.map(({ clientMs }) => clientMs).filter((ms) => ms >= fromMs && ms < toMs);
  return { emit, written, reports, between };
}

const minute = 60_000;
const fault: EventBody = { type: "fault.started", fault: "disable", nodes: ["node1"], why: "", serving: true };
const result = { bytes: 1, seconds: 1, md5: null, sha256: null, mismatch: null, gaps: [] };

describe("reports of progress", () => {
  it("are all there in the first minute, and ever fewer after that", () => {
    const { between } = copyFor(30 * minute);
    expect(between(0, minute)).toHaveLength(1200);
    expect(between(10 * minute, 11 * minute).length).toBeLessThan(130);
    expect(between(29 * minute, 30 * minute).length).toBeLessThan(45);
    expect(between(29 * minute, 30 * minute).length).toBeGreaterThan(35);
  });

  it("double by no more than a constant when the copy is twice as long", () => {
    const count = (minutes: number) => copyFor(minutes * minute).reports.length;
    expect(count(64) - count(32)).toBeLessThan(1200);
  });

  it("are whole around a fault: 2 s before it, and 5 s after it", () => {
    const atMs = 20 * minute + 500;
    const { between, written } = copyFor(21 * minute, { [atMs]: fault });
    expect(between(atMs - 2000, atMs)).toHaveLength(40);
    expect(between(atMs, atMs + 5000)).toHaveLength(100);
    expect(between(atMs + 6000, atMs + 11_000).length).toBeLessThan(10);
    // What was held back stands before the event that called for it.
    const at = written.findIndex(({ type }) => type === "fault.started");
    expect(written[at - 1]).toMatchObject({ clientMs: atMs - 50 });
  });

  it("are whole around a stall without any fault", () => {
    const atMs = 20 * minute;
    const { between } = copyFor(21 * minute, {}, { [atMs]: 900 });
    expect(between(atMs - 2000, atMs + 5000)).toHaveLength(140);
  });

  it("are thinned even of a copy that stalls all the time", () => {
    const stalls = Object.fromEntries(Array.from({ length: 36_000 }, (_, index) => [index * 50, 900]));
    expect(copyFor(30 * minute, {}, stalls).between(29 * minute, 30 * minute).length).toBeLessThan(45);
  });

  it("keep the longest gap of those that are not told", () => {
    const { reports } = copyFor(20 * minute, {}, { [15 * minute]: 200 });
    expect(Math.max(...reports.map(({ longestGapMs }) => longestGapMs))).toBe(200);
  });

  it("are not changed by what happens to another copy", () => {
    const other: EventBody = { type: "copy.session", copy: "iso", clientMs: 1, address: "10.0.0.1", port: 1 };
    expect(copyFor(21 * minute, { [20 * minute]: other }).reports).toHaveLength(copyFor(21 * minute).reports.length);
  });

  it("end with the last one, however many were held back before it", () => {
    const { emit, written } = copyFor(20 * minute);
    emit({ type: "copy.finished", copy: "dvd", clientMs: 1, verb: "put", result });
    expect(written.at(-2)).toMatchObject({ type: "copy.progress", clientMs: 20 * minute });
  });
});

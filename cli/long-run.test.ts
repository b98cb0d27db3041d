import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serialize } from "node:v8";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeClock } from "../core/clock.js";
import type { Event, EventBody } from "../core/event.js";
import { EventLog, readEvents } from "../core/event-log.js";
import { thinProgress } from "../core/thin-progress.js";
import { reportHtml } from "../reports/html.js";
import { junitXml } from "../reports/junit.js";
import { emptyRun, foldRun } from "../reports/run-state.js";
import type { RunState } from "../reports/run-state.js";
import { CopyRun } from "../scenarios/copy-run.js";

const minute = 60_000;
const REPORT_MS = 45;
const RATE = 20_000; // bytes per millisecond
const FAULT_EVERY_MS = 3 * minute;
const STALL_MS = 900;

/** The events of a copy that takes half an hour, with a fault and a stall every three minutes, as its client reports. */
function* halfAnHour(startMs: number): Generator<{ atMs: number; body: EventBody }> {
  const copy = "dvd";
  const address = "10.77.2.101";
  yield { atMs: 0, body: { type: "copy.started", copy, client: "laptop", verb: "put", size: 30 * minute * RATE } };
  let lastFault = 0;
  for (let atMs = REPORT_MS; atMs < 30 * minute; atMs += REPORT_MS) {
    const clientMs = startMs + atMs;
    if (atMs - lastFault >= FAULT_EVERY_MS) {
      lastFault = atMs;
      const fault = { fault: "disable", nodes: ["node1"] };
      yield { atMs, body: { type: "fault.started", ...fault, why: "node1 serves dvd", serving: true } };
      yield { atMs, body: { type: "copy.lost", copy, clientMs, address, reason: "reset", unacked: 4, acked: 1 } };
      atMs += STALL_MS;
      const resumed = { copy, clientMs: startMs + atMs, address, acked: atMs * RATE, gapMs: STALL_MS };
      yield { atMs, body: { type: "copy.resumed", ...resumed } };
      yield { atMs, body: { type: "fault.healed", ...fault } };
    }
    const acked = atMs * RATE;
    yield {
      atMs,
      body: { type: "copy.progress", copy, clientMs: startMs + atMs, acked, sent: acked, longestGapMs: 3 },
    };
  }
}

describe("a run of half an hour with a fault every three minutes", () => {
  let folder: string;
  let path: string;
  let state: RunState = emptyRun;
  let greatestState = 0;
  let reported = 0;
  let events: Event[];
  const copy = new CopyRun({
    ...{ id: "dvd", client: "laptop", share: "dvd", path: "dvd.iso" },
    payload: { seed: "0", run: "r", sizeBytes: 1 },
  });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "plugfest-long-"));
    path = join(folder, "events.jsonl");
    const startMs = 1_700_000_000_000;
    const clock = fakeClock(startMs);
    const log = new EventLog(clock, path);
    log.subscribe((event) => {
      state = foldRun(state, event);
    });
    const emit = thinProgress(log.emit, clock);
    for (const { atMs, body } of halfAnHour(startMs)) {
      clock.advance(startMs + atMs - clock.now());
      emit(body);
      copy.observe(body);
      if (body.type === "copy.progress" && reported++ % 1000 === 0) {
        greatestState = Math.max(greatestState, serialize(state).length);
      }
    }
    log.close();
    events = readEvents(path);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("leaves a log of less than 1 MB, of 40 thousand reports", () => {
    expect(reported).toBeGreaterThan(39_000);
    expect(statSync(path).size).toBeLessThan(1_000_000);
  });

  it("is told whole around each fault: from 2 s before it until 5 s after the copy was resumed", () => {
    const faults = events.filter(({ type }) => type === "fault.started");
    const reports = events.flatMap((event) => (event.type === "copy.progress" ? [event.clientMs] : []));
    expect(faults).toHaveLength(9);
    for (const { atMs } of faults) {
      const around = reports.filter((ms) => ms >= atMs - 1990 && ms < atMs + STALL_MS + 4990);
      expect(around.length).toBe(Math.floor(1990 / REPORT_MS) + Math.floor(4990 / REPORT_MS) + 1);
    }
  });

  it("needs no more memory than a short one", () => {
    expect(greatestState).toBeLessThan(20_000);
    expect(copy.events.length).toBeLessThan(30);
  });

  it("has reports that are not larger", () => {
    expect(reportHtml(events, { logs: {}, files: {} }).length).toBeLessThan(300_000);
    expect(junitXml(events).length).toBeLessThan(20_000);
  });
});

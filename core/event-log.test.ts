import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeClock } from "./clock.js";
import { ToolError } from "./errors.js";
import type { Event } from "./event.js";
import { EventLog, readEvents } from "./event-log.js";

describe("the event log", () => {
  it("has an event in its file before anyone sees it", () => {
    const place = mkdtempSync(join(tmpdir(), "plugfest-log-"));
    const path = join(place, "events.jsonl");
    try {
      const log = new EventLog(fakeClock(5), path);
      const seenInFile: number[] = [];
      log.subscribe(() => seenInFile.push(readEvents(path).length));
      log.emit({ type: "note", level: "info", text: "one" });
      log.emit({ type: "note", level: "info", text: "two" });
      log.close();
      expect(seenInFile).toEqual([1, 2]);
      expect(readEvents(path)[1]).toEqual({ v: 1, seq: 1, atMs: 5, type: "note", level: "info", text: "two" });
      expect(log.lost.aborted).toBe(false);
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  // The device that is always full: null(4), full(4).
  const hasFull = existsSync("/dev/full");
  if (!hasFull) console.warn("skipped: there is no /dev/full");

  it.skipIf(!hasFull)("tells that its disk is full by a signal, and goes on showing events", () => {
    const log = new EventLog(fakeClock(), "/dev/full");
    const seen: Event[] = [];
    log.subscribe((event) => seen.push(event));
    log.emit({ type: "note", level: "info", text: "one" });
    log.emit({ type: "note", level: "info", text: "two" });
    log.close();
    expect(seen).toHaveLength(2);
    expect(log.lost.reason).toBeInstanceOf(ToolError);
    expect(log.lost.reason).toMatchObject({
      failure: {
        code: "run/not-recorded",
        message: expect.stringMatching(/the event log \/dev\/full cannot be written: ENOSPC/) as string,
      },
    });
  });
});

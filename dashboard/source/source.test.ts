import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { fakeClock } from "../../core/clock.js";
import type { Event } from "../../core/event.js";
import { ownOwner } from "../../core/owner.js";
import { frameOf } from "../frame.js";
import { plainUi } from "../picture.js";
import { recorded } from "../recorded.fixture.js";
import { themes } from "../theme.js";
import { EventFile } from "./event-file.js";
import { followSource } from "./follow.js";
import { replaySource } from "./replay.js";
import type { Source } from "./source.js";

const begin = recorded[0]!.atMs;
const end = recorded.at(-1)!.atMs;
const STEP_MS = 2500;
const place = mkdtempSync(join(tmpdir(), "plugfest-follow-"));
const path = join(place, "events.jsonl");
const line = (event: Event) => `${JSON.stringify(event)}\n`;

afterEach(() => {
  rmSync(path, { force: true });
});
afterAll(() => {
  rmSync(place, { recursive: true });
});

/** A frame without what says whether it is live. */
const frameFrom = (source: Source) =>
  frameOf({
    ...{ state: source.state, nowMs: source.nowMs(), mode: "watch", ui: plainUi, theme: themes.dark },
    ...{ feed: { is: "live", lagMs: 0, ended: undefined }, size: { columns: 100, rows: 40 } },
  });

describe("a run that is followed while another process writes its events", () => {
  it("gives the same frames as its replay, at every moment", () => {
    const clock = fakeClock(begin);
    const file = new EventFile(path);
    const live = followSource({ read: () => file.read(), clock });
    const replay = replaySource(recorded, clock, 1);
    let written = 0;
    for (let ms = begin; ms <= end + STEP_MS; ms += STEP_MS) {
      const due = recorded.slice(written).filter(({ atMs }) => atMs <= ms);
      written += due.length;
      appendFileSync(path, due.map(line).join(""));
      live.poll();
      replay.poll();
      expect(frameFrom(live)).toBe(frameFrom(replay));
      clock.advance(STEP_MS);
    }
    expect(live.state.run.verdict?.outcome).toBe("pass");
    file.close();
  });

  it("waits for the rest of a line, and for the file itself", () => {
    const file = new EventFile(path);
    expect(file.read()).toEqual([]);
    const text = line(recorded[0]!) + line(recorded[1]!);
    const bytes = Buffer.from(text);
    writeFileSync(path, bytes.subarray(0, bytes.length - 10));
    expect(file.read()).toEqual([recorded[0]]);
    expect(file.read()).toEqual([]);
    appendFileSync(path, bytes.subarray(bytes.length - 10));
    expect(file.read()).toEqual([recorded[1]]);
    file.close();
  });

  it("says how late it is, that the writer is dead, and that the run is over", () => {
    const clock = fakeClock(begin + 100);
    const waiting: Event[] = [];
    let alive: "alive" | "dead" = "alive";
    const source = followSource({ read: () => waiting.splice(0), clock, judge: () => alive });
    source.poll();
    expect(source.feed()).toEqual({ is: "live", lagMs: undefined, ended: undefined });
    const started = { ...recorded[0], owner: ownOwner() } as Event;
    waiting.push(started);
    source.poll();
    waiting.push({ ...recorded[1]!, atMs: clock.now() - 300 });
    source.poll();
    expect(source.feed()).toEqual({ is: "live", lagMs: 300, ended: undefined });
    alive = "dead";
    clock.advance(1000);
    source.poll();
    expect(source.feed()).toMatchObject({
      ended: expect.stringMatching(/process \d+ was killed or crashed/) as string,
    });
    const over = followSource({ read: () => recorded, clock, judge: () => "alive" });
    over.poll();
    expect(over.feed()).toMatchObject({ ended: "over; q leaves" });
  });
});

describe("a replay", () => {
  const count = (type: Event["type"]) => recorded.findIndex((event) => event.type === type);

  it("goes as fast as it is told, and stops at the end", () => {
    const clock = fakeClock(0);
    const replay = replaySource(recorded, clock, 4);
    clock.advance(1000);
    replay.poll();
    expect(replay.nowMs()).toBe(begin + 4000);
    replay.obey({ do: "speed", by: 1 });
    clock.advance(1000);
    replay.poll();
    expect(replay.nowMs()).toBe(begin + 12_000);
    clock.advance(1_000_000);
    replay.poll();
    expect(replay.nowMs()).toBe(end);
    expect(replay.feed()).toMatchObject({ paused: true, at: recorded.length, of: recorded.length });
  });

  it("stands still while it is paused, and goes by single events", () => {
    const clock = fakeClock(0);
    const replay = replaySource(recorded, clock, 1);
    replay.obey({ do: "pause" });
    clock.advance(5000);
    expect(replay.poll()).toBe(false);
    expect(replay.nowMs()).toBe(begin);
    replay.obey({ do: "step", by: 1 });
    replay.obey({ do: "step", by: 1 });
    replay.obey({ do: "step", by: -1 });
    expect(replay.feed()).toMatchObject({ at: 1, paused: true });
  });

  it("jumps to shortly before the fault, from both sides, and stays where there is none", () => {
    const replay = replaySource(recorded, fakeClock(0), 1);
    const faultMs = recorded[count("fault.started")]!.atMs;
    replay.obey({ do: "fault", by: 1 });
    expect(replay.nowMs()).toBe(faultMs - 500);
    expect(replay.state.failover).toBeUndefined();
    replay.obey({ do: "fault", by: 1 });
    expect(replay.nowMs()).toBe(faultMs - 500);
    replay.obey({ do: "end" });
    replay.obey({ do: "fault", by: -1 });
    expect(replay.nowMs()).toBe(faultMs - 500);
    replay.obey({ do: "begin" });
    expect(replay.feed()).toMatchObject({ at: 0 });
  });
});

import { describe, expect, it } from "vitest";
import { recorded } from "../recorded.fixture.js";
import { themes } from "../theme.js";
import { asciicast } from "./asciicast.js";
import { castFrames } from "./frames.js";
import { spansOf } from "./spans.js";
import { castSvg } from "./svg.js";

const size = { columns: 80, rows: 24 };
const options = { size, theme: themes.dark, speed: 1, fromMs: 13_000, toMs: 15_000, framesPerSecond: 2 };
const ESC = String.fromCharCode(0x1b);
/** A line at its place. */
const PLACED = new RegExp(`${ESC}\\[(\\d+);1H(.*?)${ESC}\\[0m${ESC}\\[K`, "g");
const frames = castFrames(recorded, options);

describe("a recording of a run", () => {
  it("has the frames of the part that was asked for, in equal steps, and none twice in a row", () => {
    expect(frames.map(({ atMs }) => atMs)).toEqual([0, 500, 1000, 1500, 2000]);
    expect(frames.at(-1)?.text).toContain("10.24.2.101 ← node3");
    expect(new Set(frames.map(({ text }) => text)).size).toBe(frames.length);
  });

  it("passes over silence, and ends with the end of the run", () => {
    const all = castFrames(recorded, { ...options, fromMs: 0, toMs: Infinity, framesPerSecond: 1 });
    const seconds = (recorded.at(-1)!.atMs - recorded[0]!.atMs) / 1000;
    expect(all.at(-1)!.atMs / 1000).toBeLessThan(seconds - 1);
    expect(all.at(-1)?.text).toContain("PASS");
  });

  it("is a picture of one moment where nothing else was asked for", () => {
    expect(castFrames(recorded, { ...options, fromMs: 14_000, toMs: 14_000 })).toHaveLength(1);
  });
});

describe("an asciicast", () => {
  const [header = "", ...outputs] = asciicast(frames, { size, title: "a run", startedMs: 1_700_000_000_500 })
    .trimEnd()
    .split("\n");

  it("has a header of version 2", () => {
    expect(JSON.parse(header)).toMatchObject({ version: 2, width: 80, height: 24, timestamp: 1_700_000_000 });
  });

  it("puts on a terminal what the frames are", () => {
    const screen: string[] = [];
    outputs.forEach((line, index) => {
      const [time, kind, text] = JSON.parse(line) as [number, string, string];
      expect([time * 1000, kind]).toEqual([frames[index]?.atMs, "o"]);
      for (const [, row = "", content = ""] of text.matchAll(PLACED)) screen[Number(row) - 1] = content;
      expect(screen.join("\n")).toBe(frames[index]?.text);
    });
  });
});

describe("a picture", () => {
  it("reads colours and weights of a line", () => {
    expect(
      spansOf("a\u001B[32mb\u001B[39m\u001B[1mc\u001B[22m\u001B[90md\u001B[39m\u001B[7me\u001B[27m"),
    ).toMatchObject([
      { text: "a", column: 0, color: undefined, bold: false },
      { text: "b", column: 1, color: 2 },
      { text: "c", column: 2, bold: true, color: undefined },
      { text: "d", column: 3, color: 8 },
      { text: "e", column: 4, inverse: true },
    ]);
  });

  it("has every line once, escapes what it shows, and moves only where there are several frames", () => {
    const still = castSvg([{ atMs: 0, text: "<same>\n<same>\n\nother" }], { size, title: "a & b" });
    expect(still.match(/&lt;same&gt;/g)).toHaveLength(1);
    expect(still.match(/<use /g)).toHaveLength(3);
    expect(still).toContain("<title>a &amp; b</title>");
    expect(still).not.toContain("@keyframes");
    const moving = castSvg(frames, { size, title: "" });
    expect(moving).toContain("@keyframes");
    expect(moving).toMatch(/animation:play 6\.00s steps\(1,end\) infinite/);
  });
});

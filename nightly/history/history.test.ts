import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ToolError } from "../../core/errors.js";
import { HistoryWriter } from "./append.js";
import { nightStarted, runRecord } from "./history.fixture.js";
import { historyOf, readHistory } from "./read.js";

let path: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-history-"));
  path = join(folder, "deep", "history.jsonl");
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
});

/** Writes as one process does, and lets go. */
function write(...lines: Parameters<HistoryWriter["append"]>[0][]) {
  const writer = new HistoryWriter(path);
  for (const line of lines) writer.append(line);
  writer.close();
}

const repeats = () => readHistory(path).nights.flatMap(({ runs }) => runs.map(({ repeat }) => repeat));

describe("the history", () => {
  it("is empty where there is none", () => {
    expect(readHistory(path)).toEqual({ nights: [], damaged: [] });
  });

  it("gives back what was written, by night", () => {
    write(nightStarted("n1"), runRecord("n1", { repeat: 1 }), runRecord("n1", { repeat: 2 }), nightStarted("n2"));
    const { nights } = readHistory(path);
    expect(nights.map(({ started, runs }) => [started.night, runs.length])).toEqual([
      ["n1", 2],
      ["n2", 0],
    ]);
    expect(nights[0]?.finished).toBeUndefined();
  });

  it("is readable wherever its writer was killed, and goes on after that", () => {
    write(nightStarted("n1"), runRecord("n1", { repeat: 1 }), runRecord("n1", { repeat: 2 }));
    const whole = readFileSync(path);
    const first = whole.indexOf("\n") + 1;
    const second = whole.indexOf("\n", first) + 1;
    for (const cut of [second - 1, second, second + 1, second + 70, whole.length - 1]) {
      writeFileSync(path, whole);
      truncateSync(path, cut);
      expect(repeats()).toEqual(cut < second ? [] : [1]);
      write(runRecord("n1", { repeat: 3 }));
      expect(repeats()).toEqual(cut < second ? [3] : [1, 3]);
      expect(readHistory(path).damaged).toEqual([]);
    }
  });

  it("forgets nothing of a file whose only line was torn", () => {
    write();
    appendFileSync(path, '{"v":1,"ty');
    write(nightStarted("n1"));
    expect(readHistory(path)).toMatchObject({ nights: [{ runs: [] }], damaged: [] });
  });

  it("is read while it is written: half a line is not there yet", () => {
    const text = `${JSON.stringify(nightStarted("n1"))}\n${JSON.stringify(runRecord("n1", { repeat: 1 }))}\n`;
    const first = text.indexOf("\n") + 1;
    for (let length = 0; length <= text.length; length++) {
      const { nights, damaged } = historyOf(Buffer.from(text.slice(0, length)));
      expect(damaged).toEqual([]);
      expect(nights.length).toBe(length >= first ? 1 : 0);
    }
  });

  it("tells which lines it cannot read, and reads the others", () => {
    write(nightStarted("n1"), runRecord("n1", { repeat: 1 }));
    appendFileSync(path, 'garbage\n{"v":9,"type":"run"}\n');
    write(runRecord("n1", { repeat: 2 }), runRecord("elsewhere", { repeat: 3 }));
    expect(repeats()).toEqual([1, 2]);
    expect(readHistory(path).damaged).toEqual([3, 4, 6]);
  });

  it("has a repeat once, however often it was written", () => {
    write(nightStarted("n1"), runRecord("n1", { repeat: 1, outcome: "unknown" }), runRecord("n1", { repeat: 1 }));
    expect(readHistory(path).nights[0]?.runs.map(({ outcome }) => outcome)).toEqual(["pass"]);
  });

  it("says so when the disk is full", () => {
    const writer = new HistoryWriter("/dev/full");
    const write = () => {
      writer.append(nightStarted("n1"));
    };
    expect(write).toThrow(ToolError);
    expect(write).toThrow(/history \/dev\/full cannot be written: ENOSPC/);
    writer.close();
  });
});

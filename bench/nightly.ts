import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../core/clock.js";
import type { HistoryLine, PlannedCell } from "../nightly/history/line.js";
import { readHistory } from "../nightly/history/read.js";
import { nightHtml } from "../nightly/html.js";
import { judgeNight } from "../nightly/judge/judge.js";
import { median } from "./figures.js";

const NIGHTS = 365;
const CELLS = 9;
const REPEATS = 5;
const ROUNDS = 9;

/** What a year of nights costs whoever reads it: the history from the disk, the judgement of a night, its page. */
export async function* benchNightly(): AsyncGenerator<string> {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-bench-"));
  try {
    const path = join(folder, "history.jsonl");
    writeFileSync(path, year());
    const { nights } = readHistory(path);
    const last = nights.at(-1);
    if (last === undefined) throw new Error("the year has no night");
    const runs = String(NIGHTS * CELLS * REPEATS);
    yield `${runs} runs of ${String(NIGHTS)} nights, ${(statSync(path).size / 1e6).toFixed(1)} MB`;
    yield `read           ${took(() => readHistory(path))}`;
    const tonight = { cells: last.started.cells, runs: last.runs, atMs: 0 };
    yield `judge a night  ${took(() => judgeNight(tonight, nights.slice(0, -1), []))}`;
    yield `its page       ${took(() => nightHtml("bench", nights))}`;
    await Promise.resolve();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function took(work: () => unknown): string {
  const all = Array.from({ length: ROUNDS }, () => {
    const from = systemClock.now();
    work();
    return systemClock.now() - from;
  });
  return `p50 ${median(all).toFixed(0)} ms, longest ${Math.max(...all).toFixed(0)} ms`;
}

function year(): string {
  const cells = Array.from({ length: CELLS }, (_, nth): PlannedCell => ({
    ...{ cell: `fault-${String(nth)}_redmond_4.25_persistent`, scenario: `fault-${String(nth)}`, topology: "redmond" },
    ...{ samba: "4.25", profile: "persistent", repeats: REPEATS, definition: "0123456789abcdef" },
  }));
  const lines: HistoryLine[] = [];
  for (let nth = 0; nth < NIGHTS; nth++) {
    const atMs = Date.UTC(2026, 0, 1 + nth, 2);
    const night = new Date(atMs).toISOString().slice(0, 19).replaceAll(":", "-");
    lines.push({ v: 1, type: "night.started", night, atMs, version: "0.1.0", cells });
    for (const { cell, definition } of cells) {
      for (let repeat = 1; repeat <= REPEATS; repeat++) {
        const jitter = (nth * 7919 + repeat * 104_729) % 211;
        lines.push({
          ...{ v: 1, type: "run", night, cell, repeat, definition, startedMs: atMs, ms: 21_000 + jitter },
          ...{ outcome: "pass", reasons: [], grade: "G4", failovers: 1, stallMs: 320 + jitter },
          phases: {
            release: 0,
            takeover: 160 + jitter / 2,
            announce: 20,
            notice: 8,
            connect: 2,
            session: 50,
            reclaim: 60,
          },
          versions: { plugfest: "0.1.0", engine: "20.10.24", node: "4.25.1", client: "4.22.4" },
          folder: `cells/${cell}/${String(repeat)}`,
        });
      }
    }
    const judged = cells.map(
      ({ cell }) => ({ cell, status: "pass", outcome: "pass", reason: "", changes: [] }) as const,
    );
    const judgement = {
      cells: judged.map((one) => ({ ...one, passed: REPEATS, failed: 0, unknown: 0 })),
      ...{ remarks: [], compared: 72 },
    };
    lines.push({ v: 1, type: "night.finished", night, atMs, cut: null, judgement });
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

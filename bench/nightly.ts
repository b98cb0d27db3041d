import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../core/clock.js";
import type { HistoryLine, PlannedCell } from "../nightly/history/line.js";
import { readHistory } from "../nightly/history/read.js";
import { nightHtml } from "../nightly/html.js";
import { judgeNight } from "../nightly/judge/judge.js";
import { median, ratioText, seconds } from "./figures.js";
import { plugfest, topologyText, withFiles } from "./plugfest.js";

const NIGHTS = 365;
const CELLS = 9;
const REPEATS = 5;
const ROUNDS = 9;
const RUNS = 7;

/** What a year of nights costs whoever reads it; and what a night takes beside its runs. */
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
    yield `read                     ${took(() => readHistory(path))}`;
    yield `a night's page, and read ${took(() => nightHtml("bench", readHistory(path).nights))}`;
    const tonight = { cells: last.started.cells, runs: last.runs, atMs: 0 };
    yield `judge it, and read       ${took(() => judgeNight(tonight, readHistory(path).nights.slice(0, -1), []))}`;
    yield `all that it has, read    ${took(() => readHistory(path).nights.map(({ runs }) => runs.length))}`;
    yield* overhead();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What lies between the end of a run and the begin of the next: its reports, its line on the disk, a look at the lab. */
async function* overhead(): AsyncGenerator<string> {
  const scenario = `name: bench-nightly
topology: ./lab.yaml
steps:
  - copy: { id: io, from: laptop, to: dvd/io.bin, size: 48MiB, rate: 16MiB }
    during:
      - { at: { copy: io, progress: 40% }, disable: serving(io) }
  - enable: all
  - until: { cluster: healthy, within: 60s }
  - expect: { copy: io, failovers: 1, grade: G4, content: identical }
`;
  const files = {
    ...{ "lab.yaml": topologyText("bench-nightly", 3, 94), "mine.yaml": scenario },
    "nightly.yaml": `name: bench\nscenarios: [./mine.yaml]\nrepeats: ${String(RUNS)}\n`,
  };
  const runs = await withFiles(files, async (folder) => {
    await plugfest("nightly", join(folder, "nightly.yaml"), "--runs", join(folder, "runs"));
    return readHistory(join(folder, "runs", "bench", "history.jsonl")).nights.flatMap((night) => night.runs);
  });
  const between = runs.slice(1).map(({ startedMs }, index) => {
    const before = runs[index];
    return before === undefined ? NaN : startedMs - before.startedMs - before.ms;
  });
  const shares = between.map((ms, index) => ms / (runs[index]?.ms ?? NaN));
  yield `between two runs of a lab: p50 ${seconds(median(between))}, longest ${seconds(Math.max(...between))}, n=${String(between.length)}; to the run itself ${ratioText(shares)}`;
}

function took(work: () => unknown): string {
  const all = Array.from({ length: ROUNDS }, () => {
    const from = systemClock.now();
    work();
    return systemClock.now() - from;
  });
  return `p50 ${median(all).toFixed(0)} ms, longest ${Math.max(...all).toFixed(0)} ms`;
}

/** As a lab of three nodes and a client has them. */
const versions: Readonly<Record<string, string>> = Object.fromEntries(
  ["node1", "node2", "node3", "laptop"].flatMap((machine) =>
    ["samba", "ctdb", "smbclient", "python3-samba", "python3-cryptography", "tcpdump", "libc6"].map((name) => [
      `${machine} ${name}`,
      "2:4.25.1+dfsg-1",
    ]),
  ),
);

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
          versions,
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

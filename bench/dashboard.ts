import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { systemClock } from "../core/clock.js";
import { readEvents } from "../core/event-log.js";
import type { Event } from "../core/event.js";
import { ownOwner } from "../core/owner.js";
import { asset } from "../core/paths.js";
import { poll } from "../core/poll.js";

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 160, rows: 48 },
  { columns: 240, rows: 70 },
];
const SECONDS = 15;
/** As often as a client reports its progress. */
const REPORT_MS = 50;
const RATE = 100e6;
/** /proc counts CPU time in these (getconf CLK_TCK). */
const TICKS_PER_SECOND = 100;

/**
 * What the dashboard costs while it follows a copy: its CPU time to the time that passed. It has nothing of a run but the
 * event file, and so this writes one as a run does: what a recorded run began with, then a report of progress every 50 ms.
 */
export async function* benchDashboard(): AsyncGenerator<string> {
  for (const size of SIZES) {
    const share = await measure(size);
    yield `${String(size.columns)}×${String(size.rows)}: ${(share * 100).toFixed(1)} % of one core; goal: below 10 %`;
  }
}

async function measure({ columns, rows }: (typeof SIZES)[number]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-bench-dashboard-"));
  const file = join(folder, "events.jsonl");
  const pidFile = join(folder, "pid");
  let seq = 0;
  const write = (event: Event) => {
    appendFileSync(file, `${JSON.stringify({ ...event, seq: seq++ })}\n`);
  };
  for (const event of beginning()) write(event);
  const words = [process.execPath, asset("bin", "plugfest"), "dashboard", folder].map((word) => `'${word}'`).join(" ");
  const command = `stty cols ${String(columns)} rows ${String(rows)}; echo $$ > '${pidFile}'; exec ${words}`;
  // `script` gives it a terminal; with CI set it would not draw.
  const terminal = execa("script", ["-qfc", command, "/dev/null"], {
    ...{ stdin: "pipe", stdout: "ignore", reject: false },
    env: { CI: "", TERM: "xterm-256color" },
  });
  try {
    const clock = systemClock;
    const started = await poll(() => Promise.resolve(existsSync(pidFile) ? true : undefined), {
      ...{ clock, everyMs: 100, withinMs: 10_000 },
    });
    if (started === undefined) throw new Error("the dashboard did not start");
    const copyFor = async (ms: number) => {
      const beganMs = clock.now();
      for (let nowMs = beganMs; nowMs - beganMs < ms; nowMs = clock.now()) {
        const acked = (copied += (REPORT_MS * RATE) / 1000);
        const progress = { type: "copy.progress", copy: "dvd", clientMs: nowMs, acked, sent: acked, longestGapMs: 9 };
        write({ v: 1, seq: 0, atMs: nowMs, ...progress } as Event);
        await clock.sleep(REPORT_MS);
      }
      return clock.now() - beganMs;
    };
    let copied = 0;
    await copyFor(3000);
    const pid = readFileSync(pidFile, "utf8").trim();
    const before = cpuSeconds(pid);
    const ms = await copyFor(SECONDS * 1000);
    return (cpuSeconds(pid) - before) / (ms / 1000);
  } finally {
    terminal.kill();
    await terminal;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A recorded run until its copy is under way, as if it had begun just now. */
function beginning(): Event[] {
  const events = readEvents(asset("dashboard", "real-run.fixture.jsonl"));
  const until = events.findIndex(({ type }) => type === "copy.progress");
  const shift = systemClock.now() - (events[until]?.atMs ?? 0);
  return events.slice(0, until).map((event) => ({
    ...event,
    atMs: event.atMs + shift,
    ...("clientMs" in event ? { clientMs: event.clientMs + shift } : {}),
    ...(event.type === "run.started" ? { owner: ownOwner() } : {}),
    ...(event.type === "copy.started" ? { size: SECONDS * 2 * RATE } : {}),
  }));
}

/** User and system time of a process (proc(5): fields 14 and 15). */
function cpuSeconds(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

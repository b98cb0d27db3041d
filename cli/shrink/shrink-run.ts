import { mkdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { EventLog } from "../../core/event-log.js";
import type { Event, Verdict } from "../../core/event.js";
import type { Source } from "../../core/source.js";
import { failedIn } from "../../scenarios/shrink/recorded.js";
import type { RecordedFault } from "../../scenarios/shrink/recorded.js";
import { shrink } from "../../scenarios/shrink/shrink.js";
import type { Tried } from "../../scenarios/shrink/shrink.js";
import { writeSchedule } from "../../scenarios/shrink/written.js";
import { eventsOf } from "../recorded-run.js";
import { writeText } from "../run-folder.js";
import type { FailedRun } from "./failed-run.js";

export interface ShrinkWishes {
  /** The folder of the run, which is `run`, of the scenario in `source`. */
  readonly folder: string;
  readonly run: FailedRun;
  readonly source: Source;
  /** So many runs at most. */
  readonly limit: number;
  /** Runs a scenario of this text, which would be `file`, and leaves its events in the folder. */
  readonly perform: (text: string, file: string, folder: string) => Promise<Verdict>;
  readonly watch: (event: Event) => void;
  readonly clock: Clock;
  readonly cwd: string;
}

interface Attempt {
  readonly outcome: Tried;
  readonly reasons: string[];
}

/**
 * Runs a failed run's scenario again and again with fewer of the faults that its nemeses caused. Each time that a smaller
 * schedule has failed it is written to `shrunk.yaml` in the run's folder, so that an interrupt leaves the best so far.
 * Gives the path, or null when the recorded schedule itself did not fail again.
 */
export async function shrinkRun(wishes: ShrinkWishes): Promise<string | null> {
  const { folder, run, limit } = wishes;
  const all = run.faults;
  const file = join(folder, "shrunk.yaml");
  // What an earlier attempt left would be taken for events of this one.
  rmSync(join(folder, "shrink"), { recursive: true, force: true });
  rmSync(file, { force: true });
  const log = new EventLog(wishes.clock, join(folder, "shrink", "events.jsonl"));
  log.subscribe(wishes.watch);
  let runs = 0;
  const attempt = async (kept: readonly RecordedFault[]): Promise<Tried> => {
    const place = join(folder, "shrink", String(++runs).padStart(3, "0"));
    mkdirSync(place, { recursive: true });
    log.emit({ type: "shrink.trying", run: runs, faults: titles(kept), of: all.length });
    const tried = await judge(wishes, textOf(kept, file, wishes), file, place);
    log.emit({ type: "shrink.tried", run: runs, ...tried, folder: place });
    return tried.outcome;
  };
  let best: readonly RecordedFault[] | undefined;
  let minimal = false;
  try {
    const onFailed = (kept: readonly RecordedFault[]) => {
      best = kept;
      writeText(folder, "shrunk.yaml", textOf(kept, file, wishes));
    };
    ({ minimal } = await shrink(all, attempt, { limit, onFailed }));
  } finally {
    const found = best === undefined ? null : file;
    log.emit({ type: "shrink.finished", faults: titles(best ?? all), of: all.length, runs, minimal, file: found });
    log.close();
  }
  return best === undefined ? null : file;
}

/** Only what failed before counts: a copy that could not even open its file tells nothing of that failure. */
async function judge(
  { perform, run: { failed } }: ShrinkWishes,
  text: string,
  file: string,
  folder: string,
): Promise<Attempt> {
  try {
    const { outcome, reasons } = await perform(text, file, folder);
    if (outcome !== "fail") return { outcome, reasons: [...reasons] };
    const again = [...failedIn(eventsOf(folder))].filter((name) => failed.has(name));
    if (again.length > 0) return { outcome, reasons: again };
    return { outcome: "unknown", reasons: [`something else failed: ${reasons.join("; ")}`] };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { outcome: "unknown", reasons: [error.message] };
  }
}

function textOf(kept: readonly RecordedFault[], file: string, { run, source, cwd }: ShrinkWishes): string {
  const { seed, size, topology } = run.request;
  const command = `plugfest run ./${relative(cwd, file)} --seed ${seed}${size === undefined ? "" : ` --size ${size}`}`;
  const remarks = [
    `${String(kept.length)} of the ${String(run.faults.length)} faults of a run in which this failed: ${[...run.failed].join(", ")}`,
    command,
  ];
  return writeSchedule(source, { all: run.faults, kept }, { topology: `./${topology}`, remarks });
}

function titles(faults: readonly RecordedFault[]): string[] {
  return faults.map(({ title }) => title);
}

import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { basename, join } from "node:path";
import { ToolError } from "../../core/errors.js";
import type { Event } from "../../core/event.js";
import { gcBeforehand } from "../../lab/gc.js";
import type { HistoryWriter } from "../../nightly/history/append.js";
import type { RunRecord } from "../../nightly/history/line.js";
import { recordOf } from "../../nightly/history/record.js";
import type { Night } from "../../nightly/history/read.js";
import type { NightCell } from "../../nightly/night-cell.js";
import { inLabs } from "../../nightly/order.js";
import type { NightlyFile } from "../../nightly/schema.js";
import { walkNight } from "../../nightly/walk.js";
import { formatBytes, formatMs } from "../../reports/format.js";
import { runLine } from "../../reports/matrix/line.js";
import type { CliContext } from "../context.js";
import { makeCellFolder } from "../matrix/record.js";
import { removeUnlessKept, whyNotReady } from "../matrix/lab.js";
import type { Opened } from "../open.js";
import { performRun } from "../perform-run.js";
import { writeReports } from "../write-reports.js";
import { watched } from "./watchdog.js";

export interface NightRequest {
  readonly file: NightlyFile;
  readonly cells: readonly NightCell[];
  /** The night's folder; its name is the night's. */
  readonly folder: string;
  readonly writer: HistoryWriter;
  /** What this night has already. */
  readonly done: readonly RunRecord[];
  readonly before: readonly Night[];
  readonly startedMs: number;
  readonly json: boolean;
}

/** Makes the runs of a night. Gives why it ended before all were made, or null. */
export async function performNight(context: CliContext, opened: Opened, request: NightRequest): Promise<string | null> {
  const { file, cells, folder, before, done, startedMs } = request;
  const { clock, signal } = context;
  const sweep = async () => {
    await gcBeforehand({ provisioner: opened.provisioner, emit: () => undefined, clock, signal });
  };
  context.onSecondInterrupt("plugfest gc");
  await sweep();
  const cut = await walkNight({
    labs: inLabs(cells, before),
    done,
    play: ({ cell, repeat }) => play(context, opened, request, cell, repeat),
    whyStop: () => whyStop(file, folder, clock.now() - startedMs),
    settle: async (spec) => {
      const wrong = await whyNotReady(opened, spec, context);
      if (wrong === undefined) return;
      const gone = await removeUnlessKept(opened, spec);
      context.err.write(`${wrong}; the lab ${gone ? "is made anew" : "stays, for it is kept"}\n`);
    },
    release: async (spec) => {
      await removeUnlessKept(opened, spec);
    },
  });
  await sweep();
  return cut;
}

function whyStop({ budget }: NightlyFile, folder: string, tookMs: number): string | undefined {
  if (budget.time !== undefined && tookMs >= budget.time) return `the budget of ${formatMs(budget.time)} is used up`;
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= budget.disk) return undefined;
  return `only ${formatBytes(free)} of the disk are free, and the nightly wants ${formatBytes(budget.disk)}`;
}

/** Runs a cell once. A testbed that breaks is an unknown of this run; what cannot be recorded ends the night. */
async function play(
  context: CliContext,
  opened: Opened,
  { file, folder, writer, json }: NightRequest,
  cell: NightCell,
  repeat: number,
): Promise<void> {
  const place = makeCellFolder(folder, cell.cell, repeat);
  const events: Event[] = [];
  const watch = (event: Event) => {
    if (event.type !== "copy.progress") events.push(event);
  };
  const { scenario, source } = cell.scenarioOf(repeat);
  let broken: unknown;
  try {
    await watched(context, file.watchdog, (signal) =>
      performRun(
        { ...context, signal },
        {
          ...{
            scenario,
            spec: cell.lab.spec,
            sources: { scenario: source, topology: cell.lab.source },
            seed: undefined,
          },
          flags: { runs: folder, ...(file.size === undefined ? {} : { size: `${String(file.size)}B` }) },
          among: { opened, folder: join(folder, place), watch },
        },
      ),
    );
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof ToolError) || error.failure.code === "run/not-recorded") throw error;
    broken = error;
  }
  const of = { night: basename(folder), cell: cell.cell, repeat, definition: cell.definition, folder: place };
  const record = recordOf(events, of);
  if (record === undefined) throw broken;
  writeReports(join(folder, place));
  writer.append(record);
  const line = json ? JSON.stringify(record) : runLine(cell.cell, record, { width: 0, of: cell.repeats });
  context.out.write(`${line}\n`);
}

/** The folder of a night; one that is gone since it was begun is made again. */
export function nightFolder(place: string, night: string): string {
  const folder = join(place, night);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return folder;
}

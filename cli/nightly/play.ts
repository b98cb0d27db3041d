import { basename, join } from "node:path";
import { ToolError } from "../../core/errors.js";
import type { Event } from "../../core/event.js";
import type { HistoryWriter } from "../../nightly/history/append.js";
import { recordOf } from "../../nightly/history/record.js";
import type { NightlyFile } from "../../nightly/schema.js";
import type { Turn } from "../../nightly/walk.js";
import { runLine } from "../../reports/matrix/line.js";
import type { CliContext } from "../context.js";
import { makeCellFolder } from "../matrix/record.js";
import type { Opened } from "../open.js";
import { performRun } from "../perform-run.js";
import { writeReports } from "../write-reports.js";
import { watched } from "./watchdog.js";

/** What the runs of one night have in common. */
export interface NightRuns {
  readonly file: NightlyFile;
  /** The night's folder; its name is the night's. */
  readonly folder: string;
  readonly writer: HistoryWriter;
  readonly json: boolean;
  /** How many labs may be at once. */
  readonly parallel: number;
}

/** Runs a cell once. A testbed that breaks is an unknown of this run; what cannot be recorded ends the night. */
export async function play(
  context: CliContext,
  opened: Opened,
  { file, folder, writer, json, parallel }: NightRuns,
  { cell, repeat }: Turn,
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
  const record = recordOf(events, { ...of, ...(parallel > 1 ? { parallel } : {}) });
  if (record === undefined) throw broken;
  writeReports(join(folder, place));
  writer.append(record);
  const line = json ? JSON.stringify(record) : runLine(cell.cell, record, { width: 0, of: cell.repeats });
  context.out.write(`${line}\n`);
}

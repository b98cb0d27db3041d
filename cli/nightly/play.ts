import { basename, join } from "node:path";
import { LOCAL } from "../../nightly/hosts/hosts.js";
import type { HistoryWriter } from "../../nightly/history/append.js";
import type { RunRecord } from "../../nightly/history/line.js";
import { recordOf } from "../../nightly/history/record.js";
import type { NightlyFile } from "../../nightly/schema.js";
import type { Turn } from "../../nightly/walk.js";
import { runLine } from "../../reports/matrix/line.js";
import type { CliContext } from "../context.js";
import { makeCellFolder } from "../matrix/record.js";
import { writeReports } from "../write-reports.js";
import type { LabHost } from "./hosts/lab-host.js";

/** What the runs of one night have in common. */
export interface NightRuns {
  readonly file: NightlyFile;
  /** The night's folder; its name is the night's. */
  readonly folder: string;
  readonly writer: HistoryWriter;
  readonly json: boolean;
}

/** Runs a cell once, and has it in the history. `parallel`: how many labs its host may have at once. */
export async function play(
  context: Pick<CliContext, "out" | "signal">,
  { file, folder, writer, json }: NightRuns,
  { cell, repeat }: Turn,
  { host, parallel }: { readonly host: LabHost; readonly parallel: number },
): Promise<RunRecord> {
  const place = makeCellFolder(folder, cell.cell, repeat);
  const run = {
    ...{ scenario: cell.scenarioOf(repeat), lab: cell.lab },
    ...{ sizeBytes: file.size ?? null, watchdogMs: file.watchdog },
  };
  const { events, broken } = await host.play(run, join(folder, place), context.signal);
  const record = recordOf(events, {
    ...{ night: basename(folder), cell: cell.cell, repeat, definition: cell.definition, folder: place },
    ...(parallel > 1 ? { parallel } : {}),
    ...(host.name === LOCAL ? {} : { host: host.name }),
  });
  if (record === undefined) throw broken;
  writeReports(join(folder, place));
  writer.append(record);
  const line = json ? JSON.stringify(record) : runLine(nameOf(record), record, { width: 0, of: cell.repeats });
  context.out.write(`${line}\n`);
  return record;
}

function nameOf({ cell, host }: RunRecord): string {
  return host === undefined ? cell : `${cell} on ${host}`;
}

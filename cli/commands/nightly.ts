import { existsSync, rmSync } from "node:fs";
import { isAbsolute, basename, dirname, join, resolve } from "node:path";
import { ToolError } from "../../core/errors.js";
import { stateFolder } from "../../core/paths.js";
import { sambaVersions } from "../../images/catalogue.js";
import { cellsOf } from "../../nightly/cells.js";
import { HistoryWriter } from "../../nightly/history/append.js";
import type { PlannedCell } from "../../nightly/history/line.js";
import { readHistory } from "../../nightly/history/read.js";
import type { Night } from "../../nightly/history/read.js";
import { hostsOf } from "../../nightly/hosts/hosts.js";
import { nightHtml } from "../../nightly/html.js";
import { judgeNight } from "../../nightly/judge/judge.js";
import { nightJunit } from "../../nightly/junit.js";
import { roomFor } from "../../nightly/labs/room.js";
import { expectationsOf, loadNightly } from "../../nightly/load.js";
import type { Nightly } from "../../nightly/load.js";
import type { NightCell } from "../../nightly/night-cell.js";
import { planOf, planText } from "../../nightly/plan.js";
import { outdated } from "../../nightly/retention.js";
import { nightText } from "../../nightly/summary.js";
import { verdictOf } from "../../nightly/verdict.js";
import { isLocal, namedEngine } from "../../provisioners/docker/engine-location.js";
import type { CliContext } from "../context.js";
import { exitCode, exitCodeOf } from "../exit-code.js";
import { labsBelow } from "../kernel-below.js";
import { withNightlyLock } from "../nightly/lock.js";
import { notify } from "../nightly/notify.js";
import { nightFolder, performNight } from "../nightly/perform.js";
import type { NightEnd } from "../nightly/perform.js";
import { makeRunFolder, writeText } from "../run-folder.js";

export interface NightlyFlags {
  readonly plan?: boolean;
  readonly fresh?: boolean;
  readonly runs: string;
  readonly json?: boolean;
}

/** A night that broke off longer ago is not gone on with: it would be no night. */
const RESUMED_MS = 24 * 3_600_000;

/** Runs a night, or goes on with the one that broke off; or tells what it would run. */
export async function nightly(context: CliContext, path: string, flags: NightlyFlags): Promise<number> {
  const loaded = loadNightly(path, context.cwd);
  const cells = await cellsOf(loaded, { knownSamba: sambaVersions, ...labsBelow(context.env) });
  const names = cells.map(({ cell }) => cell);
  const expectations = expectationsOf(loaded, names);
  const place = join(isAbsolute(flags.runs) ? flags.runs : resolve(context.cwd, flags.runs), loaded.file.name);
  const history = join(place, "history.jsonl");
  if (flags.plan === true) {
    const named = namedEngine(context.env);
    const room = roomFor(loaded.file, named === undefined || isLocal(named.location));
    const hosts = hostsOf(loaded.file).map(({ name }) => name);
    const plan = planOf({ cells, nights: readHistory(history).nights, room, hosts, knownSamba: sambaVersions });
    context.out.write(flags.json === true ? `${JSON.stringify(plan.rows)}\n` : planText(plan));
    return exitCode.pass;
  }
  return withNightlyLock(stateFolder(context.env), context.signal, async () => {
    const writer = new HistoryWriter(history);
    try {
      const finish = (night: Night, before: readonly Night[], { cut, remarks }: NightEnd) => {
        const atMs = context.clock.now();
        const judged = judgeNight({ cells: night.started.cells, runs: night.runs, atMs }, before, expectations);
        const judgement = { ...judged, remarks: [...remarks, ...judged.remarks] };
        writer.append({ v: 1, type: "night.finished", night: night.started.night, atMs, cut, judgement });
      };
      const { nights, damaged } = readHistory(history);
      if (damaged.length > 0) context.err.write(`${history}: lines that cannot be read: ${damaged.join(", ")}\n`);
      const open = nights.at(-1)?.finished === undefined ? nights.at(-1) : undefined;
      const isYoung = open !== undefined && context.clock.now() - open.started.atMs < RESUMED_MS;
      const resumed = isYoung && flags.fresh !== true ? open : undefined;
      if (open !== undefined && resumed === undefined)
        finish(open, nights.slice(0, -1), { cut: "it broke off", remarks: [] });
      const startedMs = resumed?.started.atMs ?? context.clock.now();
      const folder =
        resumed === undefined
          ? makeRunFolder(dirname(place), basename(place), startedMs, context.cwd)
          : nightFolder(place, resumed.started.night);
      const planned: PlannedCell[] = cells.map(plannedOf);
      const night = basename(folder);
      writer.append({ v: 1, type: "night.started", night, atMs: startedMs, version: context.version, cells: planned });
      const before = readHistory(history).nights.slice(0, -1);
      const done = resumed?.runs ?? [];
      if (resumed !== undefined) context.err.write(`going on with ${night}: ${String(done.length)} runs are done\n`);
      try {
        const end = await performNight(context, {
          ...{ file: loaded.file, folder, writer, done, before, startedMs: context.clock.now() },
          cells,
          json: flags.json === true,
        });
        finish(lastOf(history), before, end);
        return await report(context, { loaded, history, place, folder, json: flags.json === true });
      } catch (error) {
        await tellOfEnd(context, loaded, lastOf(history), error);
        throw error;
      }
    } finally {
      writer.close();
    }
  });
}

/** Writes the reports of the last night, tells who wants to know, and removes what is no longer kept. */
async function report(
  context: CliContext,
  of: { loaded: Nightly; history: string; place: string; folder: string; json: boolean },
): Promise<number> {
  const { loaded, history, place, folder } = of;
  const { file } = loaded;
  const { nights } = readHistory(history);
  const night = lastOf(history);
  const outcome = night.finished === undefined ? "unknown" : verdictOf(night.finished.judgement);
  const text = nightText(file.name, night, join(folder, "nightly.html"));
  writeText(folder, "nightly.html", nightHtml(file.name, nights));
  writeText(folder, "junit.xml", nightJunit(file.name, night));
  writeText(folder, "summary.txt", text);
  for (const { night: old, folder: run } of outdated(nights, file.keep)) {
    const gone = join(place, old, run);
    if (existsSync(gone)) rmSync(gone, { recursive: true, force: true });
  }
  context.out.write(of.json ? `${JSON.stringify(night.finished)}\n` : `\n${text}`);
  await notify(context, file.notify ?? [], { name: file.name, night, outcome, text, folder: loaded.folder });
  return exitCodeOf(outcome);
}

/** A night that breaks off, as on a full disk, is told of as well: nobody looks at a machine that is unattended. */
async function tellOfEnd(context: CliContext, { file, folder }: Nightly, night: Night, error: unknown): Promise<void> {
  if (context.signal.aborted || !(error instanceof ToolError)) return;
  const { message, hint } = error.failure;
  const text = `nightly   ${file.name} ${night.started.night}: UNKNOWN, for it broke off\n\n${message}\n${hint ?? ""}\n`;
  await notify(context, file.notify ?? [], { name: file.name, night, outcome: "unknown", text, folder });
}

function lastOf(history: string): Night {
  const night = readHistory(history).nights.at(-1);
  if (night === undefined) throw new Error(`${history} lost the night that was begun`);
  return night;
}

function plannedOf({ cell, scenario, topology, samba, profile, repeats, definition }: NightCell): PlannedCell {
  return { cell, scenario, topology, samba, profile, repeats, definition };
}

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { smbdLogPath } from "../cluster/paths.js";
import { readSmbdLog } from "../cluster/smbd-log.js";
import { deadline } from "../core/clock.js";
import { failureOf } from "../core/errors.js";
import type { Event, Verdict } from "../core/event.js";
import { EventLog } from "../core/event-log.js";
import { joinSignals } from "../core/join-signals.js";
import { ownOwner } from "../core/owner.js";
import { thinProgress } from "../core/thin-progress.js";
import { removeAll } from "../lab/down.js";
import { gcBeforehand } from "../lab/gc.js";
import { ensureLabImages } from "../lab/lab-images.js";
import { withSamba } from "../lab/replace-node.js";
import type { LabImages } from "../lab/lab-images.js";
import { labsOf } from "../lab/list.js";
import { withLabLock } from "../lab/lock.js";
import { upLocked } from "../lab/up.js";
import { emptyRun, foldRun } from "../reports/run-state.js";
import { summaryText } from "../reports/summary.js";
import { otherSamba } from "../scenarios/other-samba.js";
import { runScenario } from "../scenarios/run.js";
import type { Scenario } from "../scenarios/scenario.js";
import type { LabSpec } from "../topologies/spec.js";
import type { CliContext } from "./context.js";
import { labParts } from "./lab-parts.js";
import { openEngine } from "./open.js";
import type { Opened } from "./open.js";
import type { RunFlags } from "./run-flags.js";
import { noteDifferences, noteVerdicts } from "./rerun/differences.js";
import { makeRunFolder, writeRecord } from "./run-folder.js";
import { recordLogs, recordRequest, recordWanted } from "./run-records.js";
import type { RunSources } from "./run-records.js";
import { writeReports } from "./write-reports.js";
import { attachView } from "./view.js";
import type { View } from "./view.js";

/** Removing a lab gets this long of its own, for the run's own signal may be what ended the run. */
const REMOVE_MS = 120_000;

export interface RunRequest {
  readonly scenario: Scenario;
  readonly spec: LabSpec;
  /** The files that both were read from. */
  readonly sources: RunSources;
  /** 32 hex digits; drawn at random when undefined. */
  readonly seed: string | undefined;
  readonly flags: RunFlags;
  readonly among?: AmongRuns;
}

/** Where a run is one of many of the same command: these are told of together, and the lab stays for the next one. */
export interface AmongRuns {
  readonly opened: Opened;
  readonly folder: string;
  readonly watch: (event: Event) => void;
  /** Each has a lab of its own all the same. */
  readonly ownLab?: true;
}

/** From a checked scenario to a verdict and a run folder: engine, lab, steps, clean-up, summary. */
export async function performRun(context: CliContext, request: RunRequest): Promise<Verdict & { folder: string }> {
  const { scenario, flags, among } = request;
  const opened = among?.opened ?? (await openEngine(context));
  const folder = among?.folder ?? makeRunFolder(flags.runs, scenario.name, context.clock.now(), context.cwd);
  const log = new EventLog(context.clock, join(folder, "events.jsonl"));
  let state = emptyRun;
  log.subscribe((event) => {
    state = foldRun(state, event);
  });
  const view: View = among
    ? { close: log.subscribe(among.watch) }
    : flags.dashboard === true
      ? (await import("./dashboard/attach.js")).attachDashboard(log, context)
      : await attachView(log, context, { json: flags.json === true });
  context.onSecondInterrupt("plugfest gc");
  const finish = (verdict: Verdict) => {
    if (flags.repeats !== undefined) noteVerdicts(flags.repeats, verdict, log.emit);
    log.emit({ type: "run.finished", verdict, folder });
    log.lost.throwIfAborted();
    writeRecord(folder, "verdict.json", { ...verdict, checks: state.checks });
    if (!among) writeReports(folder);
    return verdict;
  };
  // A run whose events are on no record proves nothing: it ends as soon as that happens.
  using either = joinSignals(context.signal, log.lost);
  const { signal } = either;
  try {
    return { ...finish(await inLab({ ...context, signal }, opened, request, log, folder)), folder };
  } catch (thrown) {
    const error: unknown = log.lost.aborted ? log.lost.reason : thrown;
    const failure = failureOf(error);
    log.emit({ type: "failure", failure });
    try {
      finish({ outcome: "unknown", reasons: [failure.message] });
    } catch {
      // The disk that does not take the verdict is what is being reported.
    }
    throw error;
  } finally {
    await view.close();
    log.close();
    if (!among && flags.json !== true) context.out.write(`\n${summaryText(state, columnsOf(context))}\n`);
  }
}

/** A terminal's width; in a file or a pipe every sentence keeps its line. */
function columnsOf({ out }: CliContext): number {
  return out.isTTY ? Math.max(40, out.columns) : Infinity;
}

/** Runs the scenario in its lab; one that was up before, or is to be kept, stays. */
async function inLab(
  context: CliContext,
  { engine, provisioner, stateFolder }: Opened,
  { scenario, spec, sources, seed = randomBytes(16).toString("hex"), flags, among }: RunRequest,
  log: EventLog,
  folder: string,
): Promise<Verdict> {
  const { clock, signal, version } = context;
  const startedMs = clock.now();
  const emit = thinProgress(log.emit, clock);
  const { name: topology } = spec;
  emit({
    type: "run.started",
    scenario: scenario.name,
    topology,
    lab: spec.name,
    version,
    argv: [...context.argv],
    seed,
    owner: ownOwner(),
  });
  recordRequest(folder, { scenario, sources, seed, size: flags.size, prove: flags.prove });
  recordWanted(folder, spec);
  await gcBeforehand({ provisioner, emit, clock, signal });
  return withLabLock(spec.name, signal, async () => {
    const [before] = labsOf(await provisioner.observe({ lab: spec.name }, signal));
    const keep = flags.keep === true || before?.keep === true;
    let images: LabImages | undefined;
    const surroundings = {
      engine: engine.images,
      engineName: engine.title,
      emit,
      clock,
      stateFolder,
      env: context.env,
      signal,
    };
    const saveLogs = async () => {
      await recordLogs(folder, spec, ".log", (machine) => provisioner.logs(spec.name, machine));
      // CTDB's own log says that smbd is gone, and only smbd's says why. A machine that has ended can still be asked so.
      await recordLogs(folder, spec, ".smbd.log", (machine) =>
        provisioner.connect(spec.name, machine).get(smbdLogPath),
      );
    };
    try {
      await upLocked(spec, {
        ...{ provisioner, clock, emit, version, signal, keep },
        ensureImages: async () => {
          images = await ensureLabImages(spec, surroundings);
          for (const samba of otherSamba(scenario)) await ensureLabImages(withSamba(spec, samba), surroundings);
          return images.tags;
        },
        onFailure: saveLogs,
      });
      const versions = { plugfest: version, engine: engine.version, ...images?.versions };
      emit({ type: "versions", versions });
      writeRecord(folder, "versions.json", versions);
      writeRecord(folder, "images.json", Object.fromEntries(images?.ids ?? []));
      if (flags.repeats !== undefined) noteDifferences(flags.repeats, folder, emit);
      const remote = (node: string) => provisioner.connect(spec.name, node);
      try {
        return await runScenario({
          ...labParts(spec, { provisioner, keep, version, stateFolder, signal }),
          ...{ scenario, clock, emit, signal, folder, seed },
          runId: seed.slice(0, 16),
          prove: flags.prove === true,
        });
      } finally {
        await recordLogs(folder, spec, ".smbd.log", (machine) => readSmbdLog(remote(machine), startedMs));
        // A kernel that died has said on its console why; the nodes' are recorded as they speak.
        const guests = { ...spec, nodes: [], clients: spec.clients.filter(({ runtime }) => runtime === "qemu") };
        const spoken = { sinceMs: startedMs };
        await recordLogs(folder, guests, ".log", (machine) => provisioner.logs(spec.name, machine, spoken));
      }
    } finally {
      if (!keep && (!among || among.ownLab === true)) {
        const cleanUp = { provisioner, emit, signal: deadline(REMOVE_MS) };
        await removeAll(spec.name, await provisioner.observe({ lab: spec.name }, cleanUp.signal), cleanUp);
      }
    }
  });
}

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { eventsOf, recordedRun, withRunFolder } from "../recorded-run.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { ownerState } from "../../core/owner.js";
import type { Event } from "../../core/event.js";
import type { DashboardFlags } from "../dashboard/flags.js";
import { dashboardLooks } from "../dashboard/flags.js";
import { steerLab } from "../dashboard/steer-lab.js";
import { loadWithWarnings } from "../load-lab.js";
import { sourceOf } from "../dashboard/source-of.js";
import { newestRun } from "../dashboard/newest-run.js";
import { EventFile } from "../../dashboard/source/event-file.js";
import { followSource } from "../../dashboard/source/follow.js";
import { replaySource } from "../../dashboard/source/replay.js";
import { showDashboard } from "../../dashboard/show.js";

/**
 * Shows a run: one that is going on as it happens, whoever drives it; one that is over as a replay. Or a lab, by its
 * name or its topology, which keys then act in.
 */
export async function dashboard(context: CliContext, what: string | undefined, flags: DashboardFlags): Promise<number> {
  const { speed, ...looks } = dashboardLooks(context, flags);
  const named = what === undefined ? undefined : await topologyNamed(what, context);
  if (named !== undefined) {
    const topology = loadWithWarnings(named, context.cwd, context);
    await steerLab(context, topology, { looks, runs: flags.runs, named });
    context.signal.throwIfAborted();
    return exitCode.pass;
  }
  const run = what === undefined ? { folder: newestRun(flags.runs, context.cwd) } : recordedRun(what, context.cwd);
  await withRunFolder(run, async (folder) => {
    const events = eventsOf(folder);
    if (flags.speed !== undefined || isOver(events)) {
      await showDashboard({ ...looks, source: replaySource(events, context.clock, speed) });
      return;
    }
    const file = new EventFile(join(folder, "events.jsonl"));
    try {
      await showDashboard({ ...looks, source: followSource({ read: () => file.read(), clock: context.clock }) });
    } finally {
      file.close();
    }
  });
  context.signal.throwIfAborted();
  return exitCode.pass;
}

/**
 * The topology that is meant, as a file or a shipped name: a YAML file, a lab that is up, or the shipped one of that name.
 * Everything else that has a path is a run.
 */
async function topologyNamed(what: string, context: CliContext): Promise<string | undefined> {
  if (/\.ya?ml$/.test(what)) return what;
  if (existsSync(resolve(context.cwd, what)) || /[/.]/.test(what)) return undefined;
  return (await sourceOf(what, context)) ?? what;
}

/** There is a verdict, or nobody who could give one. */
function isOver(events: readonly Event[]): boolean {
  const started = events.find((event) => event.type === "run.started");
  const owner = started?.owner;
  return events.some(({ type }) => type === "run.finished") || (owner !== undefined && ownerState(owner) === "dead");
}

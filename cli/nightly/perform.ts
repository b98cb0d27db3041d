import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { joinSignals } from "../../core/join-signals.js";
import { gcBeforehand } from "../../lab/gc.js";
import type { RunRecord } from "../../nightly/history/line.js";
import { roomFor } from "../../nightly/labs/room.js";
import type { NightlyFile } from "../../nightly/schema.js";
import { walkNight } from "../../nightly/walk.js";
import { isLocal } from "../../provisioners/docker/engine-location.js";
import { formatBytes, formatMs } from "../../reports/format.js";
import type { CliContext } from "../context.js";
import { removeUnlessKept, whyNotReady } from "../matrix/lab.js";
import type { Opened } from "../open.js";
import { labsOfNight } from "./labs.js";
import type { LabsWanted } from "./labs.js";
import { play } from "./play.js";
import type { NightRuns } from "./play.js";

export interface NightRequest extends LabsWanted, Omit<NightRuns, "parallel"> {
  /** What this night has already. */
  readonly done: readonly RunRecord[];
  readonly startedMs: number;
}

/** Makes the runs of a night. Gives why it ended before all were made, or null. */
export async function performNight(context: CliContext, opened: Opened, request: NightRequest): Promise<string | null> {
  const { file, folder, done, startedMs } = request;
  const { clock, signal } = context;
  const sweep = async () => {
    await gcBeforehand({ provisioner: opened.provisioner, emit: () => undefined, clock, signal });
  };
  context.onSecondInterrupt("plugfest gc");
  await sweep();
  const labs = await labsOfNight(request, opened.provisioner, signal);
  const room = roomFor(file, isLocal(opened.engine.location));
  const parallel = Math.min(room.labs, labs.length);
  const cut = await walkNight({
    ...{ labs, room, done },
    play: async (turn, ended) => {
      using either = joinSignals(signal, ended);
      await play({ ...context, signal: either.signal }, opened, { ...request, parallel }, turn);
    },
    whyStop: () => whyStop(file, folder, clock.now() - startedMs),
    settle: async (spec, ended) => {
      using either = joinSignals(signal, ended);
      const wrong = await whyNotReady(opened, spec, { clock, signal: either.signal });
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

/** The folder of a night; one that is gone since it was begun is made again. */
export function nightFolder(place: string, night: string): string {
  const folder = join(place, night);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return folder;
}

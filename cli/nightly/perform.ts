import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { joinSignals } from "../../core/join-signals.js";
import { estimates } from "../../nightly/estimate.js";
import type { RunRecord } from "../../nightly/history/line.js";
import type { Night } from "../../nightly/history/read.js";
import { dealt, weightBy } from "../../nightly/hosts/deal.js";
import type { NightCell } from "../../nightly/night-cell.js";
import { inLabs } from "../../nightly/order.js";
import type { NightlyFile } from "../../nightly/schema.js";
import { turnsOf, walkNight } from "../../nightly/walk.js";
import { formatBytes, formatMs } from "../../reports/format.js";
import type { CliContext } from "../context.js";
import type { LabHost } from "./hosts/lab-host.js";
import { openHosts } from "./hosts/open-hosts.js";
import { isHostLost } from "./hosts/remote-host.js";
import { labsOn } from "./labs.js";
import { play } from "./play.js";
import type { NightRuns } from "./play.js";

export interface NightRequest extends NightRuns {
  readonly cells: readonly NightCell[];
  /** What this night has already. */
  readonly done: readonly RunRecord[];
  readonly before: readonly Night[];
  readonly startedMs: number;
}

export interface NightEnd {
  /** Why it ended before all runs were made, or null. */
  readonly cut: string | null;
  /** What is to be said of its hosts. */
  readonly remarks: readonly string[];
}

/** Makes the runs of a night, those of a host that is lost on others. */
export async function performNight(context: CliContext, request: NightRequest): Promise<NightEnd> {
  const { hosts: opened, remarks: unusable } = await openHosts(context, request.file);
  const remarks = [...unusable];
  const done = [...request.done];
  let hosts = opened;
  try {
    for (;;) {
      const { cut, lost } = await round(context, request, { hosts, done });
      remarks.push(...lost.map(({ why }) => why));
      hosts = hosts.filter((host) => !lost.some((one) => one.host === host));
      if (lost.length === 0 || cut !== null) return { cut, remarks };
      if (hosts.length === 0) return { cut: "no host is left", remarks };
    }
  } finally {
    await Promise.all(opened.map((host) => host.close()));
  }
}

interface Round {
  readonly hosts: readonly LabHost[];
  /** What is in the history; more is added as it comes. */
  readonly done: RunRecord[];
}

/** Makes what is still to be made, each host its own; says which are lost, with runs that they left. */
async function round(context: CliContext, request: NightRequest, { hosts, done }: Round) {
  const { cells, before } = request;
  const left = inLabs(cells, before).filter((own) => turnsOf(own, done).length > 0);
  const names = hosts.map(({ name }) => name);
  const shares = dealt(left, names, [...before, { runs: done }], weightBy(estimates(before)));
  const lost: { readonly host: LabHost; readonly why: string }[] = [];
  const failed = new AbortController();
  const cuts = await Promise.all(
    hosts.map(async (host) => {
      try {
        using either = joinSignals(context.signal, failed.signal);
        return await onHost({ ...context, signal: either.signal }, request, {
          host,
          done,
          groups: shares.get(host.name) ?? [],
        });
      } catch (error) {
        if (isHostLost(error)) lost.push({ host, why: error.failure.message });
        else failed.abort(error);
        return null;
      }
    }),
  );
  failed.signal.throwIfAborted();
  return { cut: cuts.find((cut) => cut !== null) ?? null, lost };
}

interface Share {
  readonly host: LabHost;
  readonly groups: readonly (readonly NightCell[])[];
  readonly done: RunRecord[];
}

async function onHost(context: CliContext, request: NightRequest, { host, groups, done }: Share) {
  const { clock, signal } = context;
  const { file, folder, startedMs } = request;
  const labs = await labsOn(host, groups, signal);
  const parallel = Math.min(host.room.labs, labs.length);
  return walkNight({
    ...{ labs, room: host.room, done: [...done] },
    play: async (turn, ended) => {
      using either = joinSignals(signal, ended);
      done.push(await play({ ...context, signal: either.signal }, request, turn, { host, parallel }));
    },
    whyStop: () => whyStop(file, folder, clock.now() - startedMs),
    settle: async (lab, ended) => {
      using either = joinSignals(signal, ended);
      await host.settle(lab, either.signal);
    },
    release: (lab) => host.release(lab),
  });
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

import { formatBytes, formatMs } from "../reports/format.js";
import { estimates } from "./estimate.js";
import type { Night } from "./history/read.js";
import { dealt, weightBy } from "./hosts/deal.js";
import { LOCAL } from "./hosts/hosts.js";
import { labAsItIs, labsApart, nothingTaken } from "./labs/apart.js";
import { lasting } from "./labs/at-once.js";
import type { Room } from "./labs/at-once.js";
import { memoryOf } from "./labs/night-lab.js";
import type { NightLab } from "./labs/night-lab.js";
import type { NightCell } from "./night-cell.js";
import { inLabs } from "./order.js";
import { turnsOf } from "./walk.js";

export interface NightPlan {
  /** In the order of the night. What it takes is null where it was never run. */
  readonly rows: readonly {
    readonly cell: string;
    readonly host: string;
    readonly lab: string;
    readonly runs: number;
    readonly estimateMs: number | null;
  }[];
  /** By host. */
  readonly labs: ReadonlyMap<string, readonly NightLab[]>;
  /** That of this machine. What memory others have is asked when the night begins. */
  readonly room: Room;
  /** All of it, as far as it is known. */
  readonly lastsMs: number;
}

/** What a night would run, or the one that broke off has still to run. */
export function planOf(of: {
  readonly cells: readonly NightCell[];
  readonly nights: readonly Night[];
  readonly room: Room;
  readonly hosts: readonly string[];
  readonly knownSamba: readonly string[];
}): NightPlan {
  const { cells, nights, room } = of;
  const last = nights.at(-1);
  const open = last?.finished === undefined ? last : undefined;
  const before = open === undefined ? nights : nights.slice(0, -1);
  const estimate = estimates(before);
  const nightsSoFar = open === undefined ? before : [...before, open];
  const shares = dealt(inLabs(cells, before), of.hosts, nightsSoFar, weightBy(estimate));
  const labs = new Map(
    [...shares].map(([host, groups]) => [
      host,
      room.labs === 1 ? groups.flatMap(labAsItIs) : labsApart(groups, nothingTaken, of),
    ]),
  );
  const rowOf = (cell: NightCell, { host, lab }: { readonly host: string; readonly lab: NightLab }) => {
    const runs = turnsOf([cell], open?.runs ?? []).length;
    const each = estimate(cell);
    return { cell: cell.cell, host, lab: lab.spec.name, runs, estimateMs: each === null ? null : each * runs };
  };
  const rowsOf = (host: string, own: readonly NightLab[]) =>
    own.flatMap((lab) => lab.cells.map((cell) => rowOf(cell, { host, lab })));
  const msOf = (lab: NightLab) => rowsOf("", [lab]).reduce((sum, { estimateMs }) => sum + (estimateMs ?? 0), 0);
  const roomOf = (host: string) => (host === LOCAL ? room : { ...room, memoryBytes: Infinity });
  const lastsMs = Math.max(...[...labs].map(([host, own]) => lasting(own, roomOf(host), msOf)));
  return { rows: [...labs].flatMap(([host, own]) => rowsOf(host, own)), labs, room, lastsMs };
}

/** The plan for people: each cell, the sum, and, where several labs may be at once, which and why. */
export function planText({ rows, labs, room, lastsMs }: NightPlan): string {
  const width = Math.max(...rows.map(({ cell }) => cell.length));
  const lines = rows.map(
    ({ cell, host, runs, estimateMs }) =>
      `${cell.padEnd(width)}  ${String(runs).padStart(3)}  ${estimateMs === null ? "not known" : formatMs(estimateMs)}${host === LOCAL ? "" : `  on ${host}`}`,
  );
  const total = rows.reduce((sum, { runs }) => sum + runs, 0);
  const without = rows.filter(({ estimateMs }) => estimateMs === null).length;
  const rest =
    without === 0 ? "" : `, and ${counted(without, "cell")} that ${without === 1 ? "was" : "were"} never run`;
  const lasts = without === rows.length ? "how long it takes is not known yet" : `${formatMs(lastsMs)}${rest}`;
  const sum = `${counted(rows.length, "cell")}, ${counted(total, "run")}: ${lasts}`;
  return [...lines, sum, ...(room.labs === 1 ? [] : ["", ...labLines(labs.get(LOCAL) ?? [], room)]), ""].join("\n");
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? "" : "s"}`;
}

function labLines(labs: readonly NightLab[], { labs: most, memoryBytes }: Room): string[] {
  if (labs.length === 0) return [];
  if (memoryBytes === null) {
    return ["one lab after another: the engine is on another host, whose memory is not known"];
  }
  const width = Math.max(...labs.map(({ spec }) => spec.name.length));
  const head = `up to ${String(most)} labs at once, in ${formatBytes(memoryBytes)} of memory:`;
  return [
    head,
    ...labs.map(({ spec, cells, movedFrom, staysBecause }) => {
      const bytes = memoryOf(spec);
      const remarks = [
        `up to ${formatBytes(bytes)}`,
        ...(movedFrom === null ? [] : [`${movedFrom} under another name, in subnets of its own`]),
        ...(staysBecause === null ? [] : [`not beside the other ${spec.name}: ${staysBecause}`]),
        ...(bytes > memoryBytes / 2 ? ["beside none that takes as much"] : []),
      ];
      return `  ${spec.name.padEnd(width)}  ${counted(cells.length, "cell")}, ${remarks.join("; ")}`;
    }),
  ];
}

import { growth } from "./figures.js";

/** What was counted after one failover, by its name. */
export type Sample = Record<string, number>;

/** The first failovers fill caches, pools and lazily made databases: growth counts from here on. */
const WARM_UP = 10;

/** How much a figure may grow with each failover: what is bounded may jitter, what belongs to the run may grow with it. */
function limitOf(name: string): number {
  // Of a copy that nobody judges any more a run keeps its line in the summary, its check's reason and its fault.
  if (name === "plugfest: live heap, MB") return 0.02;
  if (name === "plugfest: RSS, MB") return 0.1;
  if (name === "run folder, MB") return 4;
  return 0.02;
}

/** One line for each figure: first, median of the first and of the last ten, greatest, and its growth per failover. */
export function columns(samples: readonly Sample[]): string[] {
  const names = Object.keys(samples[0] ?? {});
  return names.map((name) => {
    const values = valuesOf(samples, name);
    const [first = NaN, last = NaN] = [values[0], values.at(-1)];
    const figures = [first, Math.max(...values), last].map((value) => value.toFixed(Number.isInteger(value) ? 0 : 1));
    const [a, b, c] = figures.map((text) => text.padStart(7));
    const grows = growthOf(samples, name);
    return `${name.padEnd(26)} first ${a ?? ""}  greatest ${b ?? ""}  last ${c ?? ""}  grows by ${grows.toFixed(3)} per failover, limit ${String(limitOf(name))}`;
  });
}

/** Names of what grows beyond its limit, or was not counted: an absent figure is no pass. */
export function grownColumns(samples: readonly Sample[]): string[] {
  const names = Object.keys(samples[0] ?? {});
  if (names.length === 0) return ["no samples"];
  return names.filter((name) => !(growthOf(samples, name) <= limitOf(name)));
}

function growthOf(samples: readonly Sample[], name: string): number {
  return growth(valuesOf(samples, name).slice(WARM_UP));
}

const valuesOf = (samples: readonly Sample[], name: string) => samples.map((sample) => sample[name] ?? NaN);

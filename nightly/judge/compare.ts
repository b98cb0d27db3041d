import type { RunRecord } from "../history/line.js";
import type { Night } from "../history/read.js";
import { effectOf, median } from "./effect.js";
import { holm } from "./holm.js";
import type { Change, Measure } from "./judgement.js";
import { mannWhitney } from "./rank-test.js";

/**
 * The chance of a false alarm in a night in which nothing changed: half of it for stalls, half for their phases, which
 * explain them. A night is as many comparisons as it has cells, and they share it.
 */
const FALSE_ALARM = 0.005;

/** The baseline is a cell's runs before, newest first, until there are enough of both; fewer runs than the least are none. */
const BASELINE = { least: 12, runs: 60, nights: 12 };

/**
 * What is held to the baseline: tonight's runs, and the last ten, if tonight has fewer. Less than five tell nothing.
 */
const WINDOW = { least: 5, most: 10 };

/** What is smaller is of no interest, whatever its probability. */
const LEAST_SHIFT = { ms: 20, share: 0.1 };

/** Night differs from night, for the machine does: a change must exceed that by so many times. */
const NIGHTS_APART = 4;

/** After so many nights of alarms in a row, what is new is what is normal. */
const ACCEPTED_AFTER = 7;

const measures: readonly Measure[] = [
  ...(["stall", "release", "takeover", "announce", "notice", "connect", "session", "reclaim", "first-write"] as const),
];

export interface Compared {
  readonly cell: string;
  readonly change: Change;
}

/** Values of one measure, night by night, newest first. */
type Nights = readonly (readonly number[])[];

interface Comparison {
  readonly cell: string;
  readonly measure: Measure;
  readonly before: Nights;
  readonly after: readonly number[];
  readonly p: number;
}

/**
 * Holds tonight's stalls and phases, by cell, to the nights before, oldest first. What is told has a probability that
 * stands the number of comparisons, a size that matters, and is beyond what differs from night to night.
 */
export function compareNight(
  tonight: readonly RunRecord[],
  before: readonly Night[],
): { readonly changes: readonly Compared[]; readonly compared: number } {
  const cells = [...new Set(tonight.map(({ cell }) => cell))];
  const all = cells.flatMap((cell) => {
    const [one] = tonight.filter((run) => run.cell === cell);
    // A cell has runs on two hosts when the first was lost: those there are compared.
    const own = tonight.filter((run) => run.cell === cell && one !== undefined && areAlike(run, one));
    const past = pastOf(one, before);
    return measures.flatMap((measure) => comparison(cell, measure, own, past) ?? []);
  });
  const families = [all.filter(({ measure }) => measure === "stall"), all.filter(({ measure }) => measure !== "stall")];
  const changes = families.flatMap((family) => {
    const adjusted = holm(family.map(({ p }) => p));
    return family.flatMap((one, index) => changeOf(one, adjusted[index] ?? 1) ?? []);
  });
  return { changes, compared: all.length };
}

/** The nights before, newest first, with the runs of a cell that were as this one: of the same thing, on the same host and that as busy. */
function pastOf(one: RunRecord | undefined, nights: readonly Night[]): readonly Pick<Night, "runs" | "finished">[] {
  const isAlike = (run: RunRecord) => run.cell === one?.cell && run.definition === one.definition && areAlike(run, one);
  return nights.toReversed().map(({ runs, finished }) => ({ runs: runs.filter(isAlike), finished }));
}

/** Whether two runs had the same to run on. */
function areAlike(one: RunRecord, other: RunRecord): boolean {
  return one.host === other.host && one.parallel === other.parallel;
}

/** Undefined where there is too little to compare. */
function comparison(
  cell: string,
  measure: Measure,
  tonight: readonly RunRecord[],
  past: readonly Pick<Night, "runs" | "finished">[],
): Comparison | undefined {
  const now = valuesOf(tonight, measure);
  if (now.length === 0) return undefined;
  const earlier = past.map(({ runs, finished }) => ({
    values: valuesOf(runs, measure),
    alarmed: isAlarmed(finished?.judgement.cells, cell, measure),
  }));
  const found = windowsOf(now, withAccepted(earlier)).flatMap(({ after, earlier: rest }) => {
    const before = baselineOf(rest);
    const flat = before.flat();
    return flat.length < BASELINE.least ? [] : [{ before, after, p: mannWhitney(flat, after).p }];
  });
  const [best] = found.toSorted((a, b) => a.p - b.p);
  return best && { cell, measure, ...best, p: Math.min(1, best.p * found.length) };
}

interface Earlier {
  readonly values: readonly number[];
  readonly alarmed: boolean;
}

/** Tonight's values, and those with the nights before that make them ten; each with what comes before it. */
function windowsOf(now: readonly number[], earlier: readonly Earlier[]) {
  let after = now;
  let taken = 0;
  const upTo = (count: number) => {
    for (; after.length < count && taken < earlier.length; taken++)
      after = [...after, ...(earlier[taken]?.values ?? [])];
    return after.length < count ? [] : [{ after, earlier: earlier.slice(taken) }];
  };
  const first = upTo(WINDOW.least);
  return after.length >= WINDOW.most ? first : [...first, ...upTo(WINDOW.most)];
}

/** Nights with alarms are no baseline; but so many of them in a row are what is normal since, and nothing before counts. */
function withAccepted(earlier: readonly Earlier[]): Earlier[] {
  const nights = earlier.filter(({ values }) => values.length > 0);
  for (let from = 0; from < nights.length; from++) {
    const calm = nights.findIndex(({ alarmed }, index) => index >= from && !alarmed);
    const to = calm < 0 ? nights.length : calm;
    if (to - from >= ACCEPTED_AFTER) {
      return nights.slice(0, to).map((night, index) => (index < from ? night : { ...night, alarmed: false }));
    }
  }
  return nights;
}

function baselineOf(earlier: readonly Earlier[]): Nights {
  return newest(earlier.filter(({ alarmed }) => !alarmed).map(({ values }) => values));
}

function valuesOf(runs: readonly RunRecord[], measure: Measure): number[] {
  return runs.flatMap(({ stallMs, phases }) => {
    const value = measure === "stall" ? stallMs : phases[measure];
    return value === null || value === undefined ? [] : [value];
  });
}

/** Whole nights until there are enough runs. */
function newest(nights: Nights): Nights {
  let count = 0;
  return nights.filter((values, index) => {
    const wanted = count < BASELINE.runs || index < BASELINE.nights;
    count += values.length;
    return wanted;
  });
}

function isAlarmed(
  judged: readonly { readonly cell: string; readonly changes: readonly Change[] }[] | undefined,
  cell: string,
  measure: Measure,
): boolean {
  return judged?.find((one) => one.cell === cell)?.changes.some((change) => change.measure === measure) ?? false;
}

function changeOf({ measure, cell, before, after }: Comparison, p: number): Compared | undefined {
  if (p > FALSE_ALARM / 2) return undefined;
  const flat = before.flat();
  const { shift, delta } = effectOf(flat, after);
  const beforeMs = median(flat);
  const size = Math.max(LEAST_SHIFT.ms, LEAST_SHIFT.share * beforeMs, NIGHTS_APART * apart(before));
  if (Math.abs(shift) < size) return undefined;
  return {
    cell,
    change: {
      ...{ measure, direction: shift > 0 ? "slower" : "faster", beforeMs, afterMs: median(after) },
      ...{ before: flat.length, after: after.length, shiftMs: shift, delta, p },
    },
  };
}

/**
 * How far nights are apart beyond what chance makes of their few runs: the standard deviation of their medians less that
 * which the runs within a night explain. Nights of one or two runs cannot tell, and what is compared with them is of
 * several nights.
 */
function apart(nights: Nights): number {
  const several = nights.filter((values) => values.length >= 3);
  if (several.length < 4) return 0;
  const medians = several.map((values) => median(values));
  const within = median(several.map((values, index) => spread(values, medians[index] ?? 0)));
  const byChance = (MEDIAN_TO_MEAN * within) / Math.sqrt(median(several.map((values) => values.length)));
  return Math.sqrt(Math.max(0, spread(medians, median(medians)) ** 2 - byChance ** 2));
}

/** Of a normal distribution: the standard error of the median to that of the mean. */
const MEDIAN_TO_MEAN = 1.2533;

/** The median distance from the middle, scaled to a standard deviation: outliers do not count. */
function spread(values: readonly number[], middle: number): number {
  return 1.4826 * median(values.map((one) => Math.abs(one - middle)));
}

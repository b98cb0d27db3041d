import type { Outcome } from "../core/event.js";

/** What one version showed: a failure is certain, and so one is enough; passes are as many as the flake rate asks. */
export type Shown = "good" | "bad" | "unknown";

/** How often the bad version is run, to measure how often it fails. */
const MEASURED = 5;
const MOST = 20;

/** A bad version may be taken for a good one so often. */
const MISSED = 0.05;

export interface Bisected {
  /** The newest that is good, and the first that is bad, next to each other. */
  readonly good: string;
  readonly bad: string;
  /** Share of the runs of the bad version that failed, and how often a version was run because of that. */
  readonly failing: number;
  readonly repeats: number;
}

export type Ended = { readonly found: Bisected } | { readonly why: string };

/**
 * Finds where a scenario began to fail among versions, the good one first, the bad one last. Both ends are tried before
 * anything between them, for a bisection between ends that are alike finds nothing and says so of something.
 */
export async function bisect(versions: readonly string[], run: (version: string) => Promise<Outcome>): Promise<Ended> {
  const [first = "", last = ""] = [versions[0], versions.at(-1)];
  const outcomes: Outcome[] = [];
  for (let nth = 0; nth < MEASURED; nth++) outcomes.push(await run(last));
  const proven = outcomes.filter((outcome) => outcome !== "unknown").length;
  const failing = outcomes.filter((outcome) => outcome === "fail").length / Math.max(1, proven);
  if (failing === 0) return { why: `${last} did not fail in ${String(MEASURED)} runs: it is not bad` };
  const repeats = repeatsFor(failing);
  const shown = (version: string) => showOf(version, repeats, run);
  const atFirst = await shown(first);
  if (atFirst !== "good") return { why: `${first} is ${atFirst}, not good` };
  let [good, bad] = [0, versions.length - 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    const version = versions[middle] ?? "";
    const what = await shown(version);
    if (what === "unknown") return { why: `nothing was proven of ${version}, which lies between` };
    if (what === "good") good = middle;
    else bad = middle;
  }
  return { found: { good: versions[good] ?? "", bad: versions[bad] ?? "", failing, repeats } };
}

/** So many passes that a version which fails this often would have failed among them. */
export function repeatsFor(failing: number): number {
  if (failing >= 1) return 1;
  return Math.min(MOST, Math.ceil(Math.log(MISSED) / Math.log(1 - failing)));
}

async function showOf(version: string, repeats: number, run: (version: string) => Promise<Outcome>): Promise<Shown> {
  let passed = 0;
  for (let nth = 0; nth < repeats; nth++) {
    const outcome = await run(version);
    if (outcome === "fail") return "bad";
    if (outcome === "pass") passed++;
  }
  return passed === repeats ? "good" : "unknown";
}

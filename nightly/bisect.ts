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
  // What is unknown twice and was never anything else does not build, or does not come up: more runs change nothing.
  while (outcomes.length < MEASURED && !(outcomes.length === 2 && outcomes.every((one) => one === "unknown"))) {
    outcomes.push(await run(last));
  }
  const proven = outcomes.filter((outcome) => outcome !== "unknown").length;
  const failing = outcomes.filter((outcome) => outcome === "fail").length / Math.max(1, proven);
  if (failing === 0) return { why: `${last} did not fail in ${String(outcomes.length)} runs: it is not bad` };
  const repeats = repeatsFor(failing);
  const shown = (version: string) => showOf(version, repeats, run);
  const atFirst = await shown(first);
  if (atFirst !== "good") return { why: `${first} is ${atFirst}, not good` };
  let [good, bad] = [0, versions.length - 1];
  const skipped = new Set<number>();
  for (;;) {
    const middle = nearestMiddle(good, bad, skipped);
    if (middle === undefined) break;
    const what = await shown(versions[middle] ?? "");
    if (what === "unknown") skipped.add(middle);
    else if (what === "good") good = middle;
    else bad = middle;
  }
  const between = versions.slice(good + 1, bad);
  if (between.length > 0) {
    const them = between.length === 1 ? `${between.join()}, which lies` : `${between.join(", ")}, which lie`;
    return {
      why: `nothing was proven of ${them} between ${versions[good] ?? ""} (good) and ${versions[bad] ?? ""} (bad)`,
    };
  }
  return { found: { good: versions[good] ?? "", bad: versions[bad] ?? "", failing, repeats } };
}

/** The version nearest to the middle of both that may still prove something: a commit that does not build does not. */
function nearestMiddle(good: number, bad: number, skipped: ReadonlySet<number>): number | undefined {
  const left = Array.from({ length: bad - good - 1 }, (_, index) => good + 1 + index).filter(
    (one) => !skipped.has(one),
  );
  const middle = Math.floor((good + bad) / 2);
  return left.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
}

/** So many passes that a version which fails this often would have failed among them. */
export function repeatsFor(failing: number): number {
  if (failing >= 1) return 1;
  return Math.min(MOST, Math.ceil(Math.log(MISSED) / Math.log(1 - failing)));
}

async function showOf(version: string, repeats: number, run: (version: string) => Promise<Outcome>): Promise<Shown> {
  for (let nth = 0; nth < repeats; nth++) {
    const outcome = await run(version);
    if (outcome !== "pass") return outcome === "fail" ? "bad" : "unknown";
  }
  return "good";
}

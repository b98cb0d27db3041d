/** What the Mann–Whitney test says of two samples. */
export interface RankTest {
  /** Pairs in which the second sample's value is the greater one, an equal pair counting half. */
  readonly u: number;
  /** Two-sided: how likely samples of one distribution are to differ at least as much. */
  readonly p: number;
}

/** Up to so many values are always counted out; of more only what is not likely, for nobody acts on the rest. */
const FEW = 30;
const UNLIKELY = 0.05;

/** Steps that counting may take; beyond them the samples are large enough for the normal distribution. */
const MOST_STEPS = 4e6;

/**
 * Whether the values of `after` tend to be other than those of `before` (Mann and Whitney 1947). It supposes no shape of
 * their distribution: stalls have long tails. The distribution of the ranks' sum is exact, ties included (the shift
 * algorithm of Streitberg and Röhmel 1986); for large samples, and what is likely of those that are not small, it is the
 * normal one, with the corrections for ties and for continuity.
 */
export function mannWhitney(before: readonly number[], after: readonly number[]): RankTest {
  const n = before.length;
  const m = after.length;
  if (n === 0 || m === 0) return { u: 0, p: 1 };
  const doubled = doubledRanks([...before, ...after]);
  const sumAfter = doubled.slice(n).reduce((sum, rank) => sum + rank, 0);
  const u = sumAfter / 2 - (m * (m + 1)) / 2;
  const [size, sum] = m <= n ? [m, sumAfter] : [n, (n + m) * (n + m + 1) - sumAfter];
  const mostSum = largest(doubled, size);
  const about = normalP(doubled, u, n, m);
  const isCounted = n + m <= FEW || (about < UNLIKELY && doubled.length * size * mostSum <= MOST_STEPS);
  return { u, p: isCounted ? exactP(doubled, size, sum, mostSum) : about };
}

/** Twice the midranks, which are whole numbers. */
function doubledRanks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks: number[] = values.map(() => 0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && order[to + 1]?.value === order[from]?.value) to++;
    for (let at = from; at <= to; at++) ranks[order[at]?.index ?? 0] = from + to + 2;
    from = to + 1;
  }
  return ranks;
}

function largest(ranks: readonly number[], count: number): number {
  return ranks
    .toSorted((a, b) => b - a)
    .slice(0, count)
    .reduce((sum, rank) => sum + rank, 0);
}

/** Counts, for every sum, the choices of `size` ranks that have it. */
function exactP(ranks: readonly number[], size: number, sum: number, mostSum: number): number {
  const width = mostSum + 1;
  const ways = new Float64Array((size + 1) * width);
  ways[0] = 1;
  ranks.forEach((rank, index) => {
    for (let chosen = Math.min(size, index + 1); chosen >= 1; chosen--) {
      const to = chosen * width;
      const from = to - width;
      for (let total = mostSum; total >= rank; total--) {
        const more = ways[from + total - rank] ?? 0;
        if (more > 0) ways[to + total] = (ways[to + total] ?? 0) + more;
      }
    }
  });
  let all = 0;
  let least = 0;
  let most = 0;
  for (let total = 0; total < width; total++) {
    const count = ways[size * width + total] ?? 0;
    all += count;
    if (total <= sum) least += count;
    if (total >= sum) most += count;
  }
  return Math.min(1, (2 * Math.min(least, most)) / all);
}

function normalP(ranks: readonly number[], u: number, n: number, m: number): number {
  const total = n + m;
  const ties = new Map<number, number>();
  for (const rank of ranks) ties.set(rank, (ties.get(rank) ?? 0) + 1);
  const tied = [...ties.values()].reduce((sum, count) => sum + count ** 3 - count, 0);
  const variance = ((n * m) / 12) * (total + 1 - tied / (total * (total - 1)));
  if (variance <= 0) return 1;
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return Math.min(1, complementaryError(distance / Math.sqrt(2 * variance)));
}

/** erfc of what is not negative, with a relative error below 1.2e-7 (Press et al., Numerical Recipes, erfcc). */
function complementaryError(x: number): number {
  const t = 1 / (1 + x / 2);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  return t * Math.exp(-x * x + terms.reduceRight((sum, term) => sum * t + term, 0));
}

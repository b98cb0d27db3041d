/** The value below which a share `q` (0 to 1) of the samples lies, by linear interpolation. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (samples: readonly number[]) => quantile(samples, 0.5);

/** `1.03 (0.98 to 1.10, n=5)`: median, least and greatest of ratios that were taken pair by pair. */
export function ratioText(ratios: readonly number[]): string {
  const least = Math.min(...ratios).toFixed(2);
  const greatest = Math.max(...ratios).toFixed(2);
  return `${median(ratios).toFixed(2)} (${least} to ${greatest}, n=${String(ratios.length)})`;
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

/**
 * By how much values grow from one to the next: the median of the slopes between any two of them (Theil and Sen), which a
 * few that lie far off do not move.
 */
export function growth(values: readonly number[]): number {
  const slopes = values.flatMap((before, from) =>
    values.slice(from + 1).map((after, index) => (after - before) / (index + 1)),
  );
  return slopes.some(Number.isNaN) ? NaN : median(slopes);
}

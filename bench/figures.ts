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

/** By how much values grow from one to the next: the slope of the straight line that fits them best (least squares). */
export function slope(values: readonly number[]): number {
  const meanAt = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [at, value] of values.entries()) {
    above += (at - meanAt) * (value - mean);
    below += (at - meanAt) ** 2;
  }
  return above / below;
}

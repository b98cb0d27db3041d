/** A stretch of time that a picture shows, in epoch milliseconds. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where a moment lies in a window, as a percentage of its width; moments outside lie on its edge. */
export function percentOf({ fromMs, toMs }: Window, atMs: number): number {
  if (toMs <= fromMs) return 0;
  return Math.min(100, Math.max(0, ((atMs - fromMs) / (toMs - fromMs)) * 100));
}

/** At most `most` + 1 round numbers in [from, to]: multiples of 1, 2 or 5 times a power of ten. */
export function ticks(from: number, to: number, most: number): number[] {
  if (!(to > from)) return [];
  const power = 10 ** Math.floor(Math.log10((to - from) / most));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => (to - from) / size <= most) ?? power * 10;
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

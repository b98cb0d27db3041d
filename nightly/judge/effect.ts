/** How much the values of one sample differ from those of another. */
export interface Effect {
  /** Median of all differences, after minus before (Hodges and Lehmann 1963). */
  readonly shift: number;
  /** From -1, where all of `after` is smaller, over 0 to 1, where all of it is greater (Cliff 1993). */
  readonly delta: number;
}

export function effectOf(before: readonly number[], after: readonly number[]): Effect {
  const differences = after.flatMap((one) => before.map((other) => one - other));
  if (differences.length === 0) return { shift: 0, delta: 0 };
  const signs = differences.reduce((sum, difference) => sum + Math.sign(difference), 0);
  return { shift: median(differences), delta: signs / differences.length };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}

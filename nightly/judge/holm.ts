/**
 * Probabilities of several tests, so adjusted that the chance of one false alarm among all of them stays below the level
 * that they are held to, whatever they depend on (Holm 1979).
 */
export function holm(probabilities: readonly number[]): number[] {
  const order = probabilities.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted: number[] = probabilities.map(() => 1);
  let least = 0;
  order.forEach(({ p, index }, before) => {
    least = Math.max(least, Math.min(1, p * (order.length - before)));
    adjusted[index] = least;
  });
  return adjusted;
}

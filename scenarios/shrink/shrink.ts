/** What came of a try: whether it failed as the original did. */
export type Tried = "fail" | "pass" | "unknown";

export interface Shrunk<T> {
  /** The smallest part that was seen to fail; undefined when not even the whole was. */
  readonly items: readonly T[] | undefined;
  /** Whether it was seen to pass with any one item less. */
  readonly minimal: boolean;
  readonly runs: number;
}

export interface ShrinkOptions<T> {
  /** So many runs at most. */
  readonly limit: number;
  /** Told of each part that failed, each smaller than the one before; the first is the whole. */
  readonly onFailed?: (items: readonly T[]) => void;
}

/** So many runs are made for an answer that is not clear. */
const TRIES = 2;

/**
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002): leaves out ever
 * smaller parts for as long as what remains fails, down to single items. Only complements are tried, for the faults that
 * matter mostly lie apart. What it returns was seen to fail. Only a failure is evidence: what stays unknown is taken for
 * a pass, and so an oracle that does not always answer alike makes the result larger, never wrong.
 */
export async function shrink<T>(
  items: readonly T[],
  oracle: (items: readonly T[]) => Promise<Tried>,
  { limit, onFailed }: ShrinkOptions<T>,
): Promise<Shrunk<T>> {
  const answers = new Map<string, Tried>();
  let runs = 0;
  /** Undefined when there are no runs left to find out. */
  const ask = async (indices: readonly number[], isClear: (tried: Tried) => boolean): Promise<Tried | undefined> => {
    const key = indices.join();
    let tried = answers.get(key);
    for (let count = 0; tried === undefined || (count > 0 && count < TRIES && !isClear(tried)); count++) {
      if (runs === limit) return tried;
      runs++;
      tried = await oracle(pick(items, indices));
    }
    answers.set(key, tried);
    if (tried === "fail") onFailed?.(pick(items, indices));
    return tried;
  };

  let kept = items.map((_item, index) => index);
  if ((await ask(kept, (tried) => tried === "fail")) !== "fail") return { items: undefined, minimal: false, runs };
  for (let size = Math.ceil(kept.length / 2); kept.length > 0; size = Math.ceil(Math.min(size, kept.length) / 2)) {
    const before = kept.length;
    let clear = true;
    for (let from = 0; from < kept.length;) {
      const rest = kept.toSpliced(from, size);
      const tried = await ask(rest, (answer) => answer !== "unknown");
      if (tried === undefined) return { items: pick(items, kept), minimal: false, runs };
      if (tried === "unknown") clear = false;
      if (tried === "fail") kept = rest;
      else from += size;
    }
    if (size === 1 && kept.length === before) return { items: pick(items, kept), minimal: clear, runs };
  }
  return { items: [], minimal: true, runs };
}

function pick<T>(items: readonly T[], indices: readonly number[]): T[] {
  return indices.map((index) => items[index] as T);
}

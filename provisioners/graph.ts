export interface GraphItem {
  readonly id: string;
  /** Ids of items that must be done before this one. Ids that are not in the graph count as done. */
  readonly dependsOn: readonly string[];
}

export interface GraphOptions {
  /** How many items are worked on at a time. */
  readonly limit: number;
  /** After a failure: begin nothing more, or carry on with all that does not depend on what failed and tell of all. */
  readonly onFailure: "stop" | "carry-on";
  readonly signal?: AbortSignal;
}

/**
 * Works on every item once those it depends on are done, as many at a time as may be. What was begun is always waited
 * for. Then throws the signal's reason if it aborted, else the first failure, or an AggregateError of several.
 */
export async function runGraph<Item extends GraphItem>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  { limit, onFailure, signal }: GraphOptions,
): Promise<void> {
  const waiting = new Map(items.map((item) => [item.id, item]));
  const unfinished = new Set(waiting.keys());
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];

  const begin = (item: Item) => {
    waiting.delete(item.id);
    const task = work(item)
      .then(
        () => void unfinished.delete(item.id),
        (error: unknown) => void failures.push(error),
      )
      .finally(() => running.delete(task));
    running.add(task);
  };
  const mayBegin = () => signal?.aborted !== true && (failures.length === 0 || onFailure === "carry-on");
  const isFree = (item: Item) => item.dependsOn.every((id) => !unfinished.has(id));

  for (;;) {
    for (const item of [...waiting.values()]) {
      if (running.size < limit && mayBegin() && isFree(item)) begin(item);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  signal?.throwIfAborted();
  // What failed beside the first one, while nothing more was begun, failed for the same reason: an engine that died.
  if (failures.length > 1 && onFailure === "carry-on")
    throw new AggregateError(failures, `${String(failures.length)} actions failed`);
  if (failures.length > 0) throw failures[0];
  if (waiting.size > 0) throw new Error(`these wait for each other: ${[...waiting.keys()].join(", ")}`);
}

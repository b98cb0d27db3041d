import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../core/clock.js";
import { poll } from "../core/poll.js";

/**
 * What a process that was started with `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=<folder>` holds on its heap, after
 * the collection of garbage that comes before each snapshot.
 */
export async function liveHeap(pid: number, folder: string): Promise<number> {
  const snapshots = () => readdirSync(folder).filter((name) => name.endsWith(".heapsnapshot"));
  const before = new Set(snapshots());
  process.kill(pid, "SIGUSR2");
  const bytes = await poll(
    () => {
      const name = snapshots().find((one) => !before.has(one));
      const path = name === undefined ? undefined : join(folder, name);
      const sum = path === undefined ? undefined : sizeOf(path);
      if (path !== undefined && sum !== undefined) rmSync(path);
      return Promise.resolve(sum);
    },
    { clock: systemClock, everyMs: 500, withinMs: 60_000 },
  );
  return bytes ?? NaN;
}

interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[] } };
  readonly nodes: readonly number[];
}

/** The sizes of all that is in a snapshot; undefined while it is being written. */
function sizeOf(path: string): number | undefined {
  let parsed: Snapshot;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8")) as Snapshot;
  } catch {
    return undefined;
  }
  const fields = parsed.snapshot.meta.node_fields;
  const at = fields.indexOf("self_size");
  let sum = 0;
  for (let index = at; index < parsed.nodes.length; index += fields.length) sum += parsed.nodes[index] ?? 0;
  return sum;
}

import { existsSync, readFileSync, rmSync } from "node:fs";
import { systemClock } from "../core/clock.js";
import { poll } from "../core/poll.js";

export interface Memory {
  readonly heapUsed: number;
  readonly rss: number;
}

/** What a process with bench/heap-on-signal.ts in it keeps, in bytes, once its garbage is collected. */
export async function liveMemory(pid: number, file: string): Promise<Memory> {
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  const told = await poll(
    () => Promise.resolve(existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Memory) : undefined),
    { clock: systemClock, everyMs: 50, withinMs: 30_000 },
  );
  return told ?? { heapUsed: NaN, rss: NaN };
}

import { join } from "node:path";
import { median, quantile, seconds } from "./figures.js";
import { eventsOf, plugfest, topologyText, withFiles } from "./plugfest.js";

const FAILOVERS = 20;

const SCENARIO = `name: bench-stall
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 384MiB, rate: 100MB }
    during:
      - { at: { copy: dvd, progress: 40% }, disable: serving(dvd) }
  - until: { cluster: healthy, within: 60s }
  - expect: { copy: dvd, failovers: 1, grade: G4 }
`;

/** The stall of 20 failovers by `ctdb disable` in one lab, whole and by phase. Its first failover is counted as well. */
export async function* benchStall(): AsyncGenerator<string> {
  const stalls: number[] = [];
  const phases = new Map<string, number[]>();
  await withFiles({ "lab.yaml": topologyText("bench-stall", 3, 20), "mine.yaml": SCENARIO }, async (folder) => {
    await plugfest("up", join(folder, "lab.yaml"));
    try {
      for (let nth = 0; nth < FAILOVERS; nth++) {
        const { events } = await plugfest("run", join(folder, "mine.yaml"), "--runs", join(folder, "runs"));
        for (const report of eventsOf(events, "phases")) {
          stalls.push(report.stallMs);
          for (const { name, fromMs, toMs } of report.phases)
            phases.set(name, [...(phases.get(name) ?? []), toMs - fromMs]);
        }
      }
    } finally {
      await plugfest("down", "bench-stall");
    }
  });
  yield `${String(stalls.length)} failovers: stall p50 ${seconds(quantile(stalls, 0.5))}, p95 ${seconds(quantile(stalls, 0.95))}, longest ${seconds(Math.max(...stalls))}`;
  const whole = median(stalls);
  for (const [name, samples] of phases) {
    yield `${name.padEnd(12)} p50 ${seconds(median(samples))}, ${((median(samples) / whole) * 100).toFixed(0)} % of the stall`;
  }
}

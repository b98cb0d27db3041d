import { join } from "node:path";
import { smb3Client } from "../clients/smb3.js";
import { systemClock } from "../core/clock.js";
import { dockerProvisioner } from "../provisioners/docker/docker-provisioner.js";
import type { Engine } from "../provisioners/docker/engine.js";
import { ratioText } from "./figures.js";
import { eventsOf, plugfest, topologyText, withFiles } from "./plugfest.js";

/** That of a DVD is longer still: what begins with a copy, once, must not be what is measured. */
const SIZE = 3 * 2 ** 30;
/** Many, for two copies one after another on a busy machine differ by more than what is measured. */
const ROUNDS = 7;
const LAB = "bench-observe";

const scenario = `name: observed
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/observed.bin, size: ${String(SIZE)}B }
  - expect: { cluster: healthy }
`;

/**
 * A copy in a run, with all evidence on (the packet capture, the watch of the cluster, the event log), against the same
 * copy by the client program alone, whose events nobody keeps. In turn, on one lab, from the file's open to its close.
 */
export async function* benchObserve(engine: Engine): AsyncGenerator<string> {
  const provisioner = dockerProvisioner(engine.location, systemClock);
  const rates: { observed: number; alone: number }[] = [];
  const files = {
    "lab.yaml": topologyText(LAB, 2, 50).replace(
      "cluster:\n",
      "cluster:\n  storage: { medium: tmpfs, size: 7GiB } # a disk has moods of its own\n",
    ),
    "mine.yaml": scenario,
  };
  await withFiles(files, async (folder) => {
    await plugfest("up", join(folder, "lab.yaml"));
    try {
      const laptop = smb3Client(provisioner.connect(LAB, "laptop"), {
        signing: "auto",
        encryption: null,
        channels: 1,
        witness: false,
      });
      for (let round = 0; round < ROUNDS; round++) {
        // Whatever gets faster or slower with time falls on both.
        const first = round % 2 === 0 ? await copyAlone(laptop) : undefined;
        const observed = await copyObserved(folder);
        rates.push({ alone: first ?? (await copyAlone(laptop)), observed });
      }
    } finally {
      await plugfest("down", LAB);
    }
  });
  for (const { observed, alone } of rates)
    yield `with all evidence ${observed.toFixed(0)} MB/s, without ${alone.toFixed(0)} MB/s`;
  yield `throughput with all evidence to that without: ${ratioText(rates.map(({ observed, alone }) => observed / alone))}; goal: at least 0.97`;
}

async function copyAlone(laptop: ReturnType<typeof smb3Client>): Promise<number> {
  const transfer = laptop.put(
    {
      ...{ copy: "dvd", share: "dvd", path: "alone.bin", addresses: ["10.78.51.101"], profile: "persistent" },
      ...{ payload: { seed: "0".repeat(32), run: "bench", sizeBytes: SIZE }, marks: [], rate: null },
    },
    () => undefined,
  );
  const outcome = await transfer.finished;
  if (!outcome.ok) throw new Error(`the copy failed at ${outcome.stage}: ${outcome.message}`);
  return SIZE / 1e6 / outcome.result.seconds;
}

async function copyObserved(folder: string): Promise<number> {
  const { events } = await plugfest("run", join(folder, "mine.yaml"), "--runs", join(folder, "runs"));
  const finished = eventsOf(events, "copy.finished").find(({ verb }) => verb === "put");
  if (finished === undefined) throw new Error("the copy did not finish");
  return SIZE / 1e6 / finished.result.seconds;
}

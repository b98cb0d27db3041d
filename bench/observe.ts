import { join } from "node:path";
import { smb3Client } from "../clients/smb3.js";
import { labParts } from "../cli/lab-parts.js";
import { systemClock } from "../core/clock.js";
import { EventLog } from "../core/event-log.js";
import { stateFolder } from "../core/paths.js";
import { thinProgress } from "../core/thin-progress.js";
import { sambaVersions } from "../images/catalogue.js";
import { dockerProvisioner } from "../provisioners/docker/docker-provisioner.js";
import type { Engine } from "../provisioners/docker/engine.js";
import { readScenario } from "../scenarios/load.js";
import { openRun } from "../scenarios/run.js";
import { loadTopology } from "../topologies/load.js";
import { ratioText } from "./figures.js";
import { plugfest, topologyText, withFiles } from "./plugfest.js";

/** A DVD, as in the demo: what begins with a copy, once, must not be all that is measured. */
const SIZE = 4_700_000_000;
/** Many, for two copies one after another differ by more than what is measured. */
const ROUNDS = Number(process.env["PLUGFEST_OBSERVE_ROUNDS"] ?? 9);
const LAB = "bench-observe";
/** Both copies write the same file, for memory or blocks that were used a moment ago are had faster than others. */
const FILE = "observed.bin";
/** The storage of the demo; and memory, where nothing but the processors bounds the copy, so that whatever runs takes from it. */
const STORAGES = [
  { medium: "disk", yaml: "{ medium: disk }", goal: "; goal: at least 0.97" },
  { medium: "tmpfs", yaml: "{ medium: tmpfs, size: 6GiB }", goal: "" },
];

const scenario = `name: observed
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/${FILE}, size: ${String(SIZE)}B }
`;

/**
 * A copy of a run, with all evidence on (the packet capture, the watch of the cluster, the event log), against the same
 * copy by the same client program whose events nobody keeps. In turn, in one process, run and lab, so that whatever is slow
 * at its first time is so for both; each from its file's open to its close.
 */
export async function* benchObserve(engine: Engine): AsyncGenerator<string> {
  for (const { medium, yaml, goal } of STORAGES) {
    const files = {
      "lab.yaml": topologyText(LAB, 2, 50).replace("cluster:\n", `cluster:\n  storage: ${yaml}\n`),
    };
    const rates = await withFiles(files, async (folder) => {
      await plugfest("up", join(folder, "lab.yaml"));
      try {
        return await copyInTurn(engine, folder);
      } finally {
        await plugfest("down", LAB);
      }
    });
    for (const { observed, alone } of rates)
      yield `${medium}: with all evidence ${observed.toFixed(0)} MB/s, without ${alone.toFixed(0)} MB/s`;
    const ratios = rates.map(({ observed, alone }) => observed / alone);
    yield `${medium}: throughput with all evidence to that without: ${ratioText(ratios)}${goal}`;
  }
}

interface Rates {
  /** MB/s. */
  readonly observed: number;
  readonly alone: number;
}

async function copyInTurn(engine: Engine, folder: string): Promise<Rates[]> {
  const provisioner = dockerProvisioner(engine.location, systemClock);
  const { spec } = loadTopology("./lab.yaml", { cwd: folder, knownSamba: sambaVersions });
  const { signal } = new AbortController();
  const loaded = readScenario("observed.yaml", scenario).scenario;
  const [step] = loaded.steps;
  if (step === undefined) throw new Error("no step");
  const log = new EventLog(systemClock, join(folder, "events.jsonl"));
  let observedSeconds = Number.NaN;
  log.subscribe((event) => {
    if (event.type === "copy.finished" && event.verb === "put") observedSeconds = event.result.seconds;
  });
  const { context } = openRun({
    ...labParts(spec, {
      ...{ provisioner, keep: true, version: "bench", signal },
      stateFolder: stateFolder(process.env),
    }),
    ...{ scenario: loaded, clock: systemClock, emit: thinProgress(log.emit, systemClock), signal, folder },
    ...{ seed: "0".repeat(32), runId: "0".repeat(16), prove: false },
  });
  const observe = async () => {
    await context.runStep(step, context);
    context.copies.clear();
    return SIZE / 1e6 / observedSeconds;
  };
  const rates: Rates[] = [];
  try {
    // The first of each kind is not counted.
    await copyAlone(provisioner);
    await observe();
    for (let round = 0; round < ROUNDS; round++) {
      // Whatever gets faster or slower with time falls on both.
      const first = round % 2 === 0 ? await copyAlone(provisioner) : undefined;
      const observed = await observe();
      rates.push({ observed, alone: first ?? (await copyAlone(provisioner)) });
    }
  } finally {
    log.close();
  }
  return rates;
}

async function copyAlone(provisioner: ReturnType<typeof dockerProvisioner>): Promise<number> {
  const laptop = smb3Client(provisioner.connect(LAB, "laptop"), {
    ...{ signing: "auto", encryption: null, channels: 1, witness: false },
  });
  const transfer = laptop.put(
    {
      ...{ copy: "dvd", share: "dvd", path: FILE, addresses: ["10.78.51.101"], profile: "persistent" },
      ...{ payload: { seed: "0".repeat(32), run: "bench", sizeBytes: SIZE }, marks: [], rate: null },
    },
    () => undefined,
  );
  const outcome = await transfer.finished;
  if (!outcome.ok) throw new Error(`the copy failed at ${outcome.stage}: ${outcome.message}`);
  return SIZE / 1e6 / outcome.result.seconds;
}

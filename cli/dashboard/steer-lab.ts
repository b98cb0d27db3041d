import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { ToolError } from "../../core/errors.js";
import type { Verdict } from "../../core/event.js";
import { EventLog } from "../../core/event-log.js";
import { ownOwner } from "../../core/owner.js";
import { parseYaml } from "../../core/source.js";
import { thinProgress } from "../../core/thin-progress.js";
import type { ShowOptions } from "../../dashboard/show.js";
import { wantedImages } from "../../lab/lab-images.js";
import { withLabLock } from "../../lab/lock.js";
import { plannedUp } from "../../lab/up.js";
import { emptyRun, foldRun } from "../../reports/run-state.js";
import { summaryText } from "../../reports/summary.js";
import { HandSession } from "../../scenarios/by-hand/session.js";
import { readScenario } from "../../scenarios/load.js";
import type { LoadedTopology } from "../../topologies/load.js";
import type { LabSpec } from "../../topologies/spec.js";
import type { CliContext } from "../context.js";
import { labParts } from "../lab-parts.js";
import { openEngine } from "../open.js";
import type { Opened } from "../open.js";
import { makeRunFolder, writeRecord } from "../run-folder.js";
import { recordRequest, recordWanted } from "../run-records.js";
import { writeReports } from "../write-reports.js";
import { showLog } from "./attach.js";
import { steeringOf } from "./steering.js";

const NAME = "by-hand";

export interface SteerOptions {
  readonly looks: Omit<ShowOptions, "source" | "steering">;
  readonly runs: string;
  /** The topology as a saved scenario is to name it. */
  readonly named: string;
}

/**
 * Shows a lab that is up, and lets keys act in it. What they do is a run of its own, with a folder, a verdict and
 * reports; nobody else changes the lab meanwhile.
 */
export async function steerLab(context: CliContext, topology: LoadedTopology, options: SteerOptions): Promise<void> {
  const { spec } = topology;
  const opened = await openEngine(context, { mayStart: false });
  const { signal } = context;
  await withLabLock(spec.name, signal, async () => {
    await refuseOther(spec, opened, signal);
    const folder = makeRunFolder(options.runs, NAME, context.clock.now(), context.cwd);
    const log = new EventLog(context.clock, join(folder, "events.jsonl"));
    let state = emptyRun;
    log.subscribe((event) => {
      state = foldRun(state, event);
    });
    try {
      const { verdict, text, seed } = await sit(context, spec, { ...options, opened, folder, log });
      log.emit({ type: "run.finished", verdict, folder });
      writeRecord(folder, "verdict.json", { ...verdict, checks: state.checks });
      const { scenario, source } = readScenario(`${NAME}.yaml`, text);
      recordRequest(folder, {
        ...{ scenario, seed, size: undefined, prove: undefined },
        sources: { scenario: source, topology: parseYaml(topology.source.file, topology.source.text) },
      });
      writeReports(folder);
    } finally {
      log.close();
    }
    if (state.checks.length > 0) context.out.write(`${summaryText(state, Math.max(40, context.out.columns))}\n`);
    else context.out.write(`run       ${folder}\n`);
  });
}

interface Sitting extends SteerOptions {
  readonly opened: Opened;
  readonly folder: string;
  readonly log: EventLog;
}

/** From the first look at the lab until the user has left and everything is healed. */
async function sit(
  context: CliContext,
  spec: LabSpec,
  { looks, named, opened, folder, log }: Sitting,
): Promise<{ verdict: Verdict; text: string; seed: string }> {
  const { clock, version, signal } = context;
  const { provisioner, stateFolder } = opened;
  const seed = randomBytes(16).toString("hex");
  const emit = thinProgress(log.emit, clock);
  recordWanted(folder, spec);
  const session = new HandSession({
    ...labParts(spec, { provisioner, keep: true, version, stateFolder, signal }),
    ...{ topology: named, clock, emit, signal, folder, seed, runId: seed.slice(0, 16), prove: false },
  });
  const steering = steeringOf({ session, spec, provisioner, context });
  const view = showLog(log, context, "steer", (source) => ({ ...looks, source, steering }));
  emit({
    ...{ type: "run.started", scenario: NAME, topology: spec.name, lab: spec.name, version, seed },
    ...{ argv: [...context.argv], owner: ownOwner() },
  });
  try {
    await view.left;
    const text = session.text();
    // What is healed now is told in plain lines: it may take some seconds.
    return { verdict: await session.close(), text, seed };
  } finally {
    view.close();
  }
}

/** A lab that is not up, or not as the topology says, is none to steer by it. */
async function refuseOther(spec: LabSpec, { provisioner, stateFolder }: Opened, signal: AbortSignal): Promise<void> {
  const images = await wantedImages(spec, stateFolder, signal);
  const { actions } = await plannedUp(spec, { provisioner, images, signal });
  const lacking = actions.filter(({ op }) => op !== "keep");
  const [first] = lacking;
  if (first === undefined) return;
  throw new ToolError({
    code: "lab/not-up",
    message: `lab ${spec.name} is not up as ${spec.source} says: ${first.id}: ${first.reason}`,
    hint: `\`plugfest up ${spec.source}\` makes it so`,
  });
}

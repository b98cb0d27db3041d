import { ToolError } from "../../../core/errors.js";
import type { Event } from "../../../core/event.js";
import { gcBeforehand } from "../../../lab/gc.js";
import { roomFor } from "../../../nightly/labs/room.js";
import { LOCAL } from "../../../nightly/hosts/hosts.js";
import { isLocal } from "../../../provisioners/docker/engine-location.js";
import type { CliContext } from "../../context.js";
import { removeUnlessKept, whyNotReady } from "../../matrix/lab.js";
import { openEngine } from "../../open.js";
import type { Opened } from "../../open.js";
import { performRun } from "../../perform-run.js";
import { watched } from "../watchdog.js";
import type { HostRun, LabHost, Played } from "./lab-host.js";

/** This machine, swept of what killed commands left. */
export async function localHost(context: CliContext, parallel: number): Promise<LabHost> {
  const opened = await openEngine(context);
  const { engine, provisioner } = opened;
  const { clock, signal } = context;
  const sweep = () => gcBeforehand({ provisioner, emit: () => undefined, clock, signal });
  context.onSecondInterrupt("plugfest gc");
  await sweep();
  return {
    name: LOCAL,
    taken: {
      labs: (await provisioner.observe({}, signal)).map(({ lab }) => lab),
      subnets: await provisioner.occupiedSubnets(signal),
    },
    room: roomFor({ parallel }, isLocal(engine.location)),
    play: (run, folder, ended) => play({ ...context, signal: ended }, opened, run, folder),
    settle: async ({ spec }, ended) => {
      const wrong = await whyNotReady(opened, spec, { clock, signal: ended });
      if (wrong === undefined) return;
      const gone = await removeUnlessKept(opened, spec);
      context.err.write(`${wrong}; the lab ${gone ? "is made anew" : "stays, for it is kept"}\n`);
    },
    release: async ({ spec }) => {
      await removeUnlessKept(opened, spec);
    },
    close: sweep,
  };
}

async function play(context: CliContext, opened: Opened, run: HostRun, folder: string): Promise<Played> {
  const { scenario, lab, sizeBytes, watchdogMs } = run;
  const events: Event[] = [];
  const watch = (event: Event) => {
    if (event.type !== "copy.progress") events.push(event);
  };
  try {
    await watched(context, watchdogMs, (signal) =>
      performRun(
        { ...context, signal },
        {
          ...{ scenario: scenario.scenario, spec: lab.spec, seed: undefined },
          sources: { scenario: scenario.source, topology: lab.source },
          flags: { runs: folder, ...(sizeBytes === null ? {} : { size: `${String(sizeBytes)}B` }) },
          among: { opened, folder, watch },
        },
      ),
    );
    return { events };
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof ToolError) || error.failure.code === "run/not-recorded") throw error;
    return { events, broken: error };
  }
}

import { closeSync, existsSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { failureOf, ToolError, UserError } from "../../../core/errors.js";
import { readEvents } from "../../../core/event-log.js";
import type { Remote } from "../../../core/remote.js";
import type { NightHost } from "../../../nightly/hosts/hosts.js";
import { openHost } from "../../../provisioners/ssh/host-remote.js";
import type { HostSpec } from "../../../topologies/spec.js";
import { unpackCapsule } from "../../capsule/unpack.js";
import type { CliContext } from "../../context.js";
import { startWorker } from "./host-worker.js";
import type { HostWorker, Wanted } from "./host-worker.js";
import type { HostRun, LabHost, Played } from "./lab-host.js";

/** Beyond the watchdog: making the lab's images, and what follows a run. */
const GRACE_MS = 3_600_000;

/** Whether this says that a host of the night is of no use any more: others can make its runs. */
export function isHostLost(error: unknown): error is ToolError {
  return error instanceof ToolError && error.failure.code === "nightly/host-lost";
}

/** Another host: plugfest's `worker` runs there while the night lasts. Every way in which that fails is a ToolError. */
export async function remoteHost(
  { name, plugfest, ssh }: NightHost & { readonly ssh: HostSpec },
  context: CliContext,
  parallel: number,
): Promise<LabHost> {
  const host = await openHost(name, ssh, { file: "nightly", at: `hosts.${name}` });
  const { remote } = host;
  const lost = (why: string) =>
    new ToolError({
      code: "nightly/host-lost",
      message: `host ${name} is lost: ${why}`,
      hint: `look at it: ssh -p ${String(ssh.port)} ${ssh.user}@${ssh.address}`,
    });
  try {
    const { greeting, ask, leave } = await startWorker(remote, {
      argv: [plugfest, "worker", "--parallel", String(parallel)],
      clock: context.clock,
      lost,
      onWords: (line) => context.err.write(`${name}: ${line}\n`),
    });
    if (greeting.version !== context.version) {
      throw new ToolError({
        code: "nightly/other-version",
        message: `host ${name} has plugfest ${greeting.version}, and this one is ${context.version}`,
        hint: `install the same there, or say where it is: hosts.${name}.plugfest`,
      });
    }
    const { labs, subnets, memoryBytes } = greeting;
    // Labs in which a run is still under way that nobody waits for: they go when the worker ends.
    const abandoned = new Set<string>();
    const request = async (wanted: Wanted, signal?: AbortSignal) => {
      const { why } = await ask(wanted, GRACE_MS, signal);
      if (why !== undefined) throw lost(why);
    };
    return {
      name,
      taken: { labs, subnets: subnets.map(({ subnet, name: whose }) => ({ subnet, name: whose })) },
      room: { labs: parallel, memoryBytes },
      play: async (run, folder, signal) => {
        try {
          return await play(remote, { run, folder, ask, lost }, signal);
        } catch (error) {
          if (signal.aborted) abandoned.add(run.lab.spec.name);
          throw error;
        }
      },
      settle: (lab, signal) => request({ do: "settle", topology: fileOf(lab) }, signal),
      release: async (lab) => {
        if (!abandoned.has(lab.spec.name)) await request({ do: "release", topology: fileOf(lab) });
      },
      close: async () => {
        await leave();
        host.close();
      },
    };
  } catch (error) {
    host.close();
    throw error;
  }
}

interface Playing {
  readonly run: HostRun;
  readonly folder: string;
  readonly ask: HostWorker["ask"];
  readonly lost: (why: string) => ToolError;
}

/** Has a run made there, and its folder brought here. */
async function play(remote: Remote, { run, folder, ask, lost }: Playing, signal: AbortSignal): Promise<Played> {
  const { scenario, lab, sizeBytes, watchdogMs } = run;
  const wanted = { scenario: fileOf(scenario), topology: fileOf(lab), sizeBytes, watchdogMs };
  const { capsule, why } = await ask({ do: "run", ...wanted }, watchdogMs + GRACE_MS, signal);
  if (capsule === undefined) throw lost(why ?? "it did not say what became of a run");
  const here = `${folder}.tar.gz`;
  try {
    await fetchFile(remote, capsule, here, lost);
    // The folder was made to have its name; it appears again when all is in it.
    rmdirSync(folder);
    await unpackCapsule(here, () => folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw lost(`what a run left there came damaged: ${error.message}`);
  } finally {
    rmSync(here, { force: true });
  }
  const path = join(folder, "events.jsonl");
  const events = existsSync(path) ? readEvents(path).filter(({ type }) => type !== "copy.progress") : [];
  return { events, broken: lost(why ?? "a run there came to no verdict") };
}

async function fetchFile(remote: Remote, from: string, to: string, lost: Playing["lost"]): Promise<void> {
  const file = openSync(to, "w");
  let broken: unknown;
  try {
    const process = await remote.start(["sh", "-c", 'cat "$1" && rm "$1"', "sh", from], {
      onStdout: (chunk) => {
        try {
          for (let at = 0; broken === undefined && at < chunk.length;) at += writeSync(file, chunk, at);
        } catch (error) {
          broken = error;
        }
      },
    });
    if ((await process.exited) !== 0) throw lost(`${from} cannot be read there`);
  } catch (error) {
    throw lost(failureOf(error).message);
  } finally {
    closeSync(file);
  }
  if (broken === undefined) return;
  const message = `${to} cannot be written: ${failureOf(broken).message}`;
  throw new ToolError(
    { code: "run/not-recorded", message, hint: "free some space and start again" },
    { cause: broken },
  );
}

function fileOf({ source: { file, text } }: HostRun["lab"] | HostRun["scenario"]): { file: string; text: string } {
  return { file, text };
}

import type { CopyRun } from "./copy-run.js";
import { finishedOrStopped } from "./finished-or-stopped.js";
import type { RunContext, StepOutcome } from "./scenario.js";
import { passed } from "./scenario.js";
import { shareHome } from "./share-home.js";

/**
 * Sees to it that the file `path` that a workload reads is there: that of an earlier workload of the run, whose payload it
 * then has, or one that its client writes now. What cannot be had is unknown, for nothing was tested then.
 */
export async function haveFile(path: string, run: CopyRun, context: RunContext): Promise<StepOutcome> {
  const earlier = [...context.copies.values()].findLast(
    (one) => one.id !== run.id && one.share === run.share && one.finalPath === path && one.state === "finished",
  );
  if (earlier === undefined) return write(path, run, context);
  const { sizeBytes } = earlier.payload;
  if (earlier.payload.files !== undefined || sizeBytes !== run.payload.sizeBytes) {
    const reason = `${run.share}/${path} has the ${String(sizeBytes)} bytes of ${earlier.id}, not ${String(run.payload.sizeBytes)}`;
    return { outcome: "unknown", reason };
  }
  run.payload = earlier.payload;
  return passed;
}

async function write(path: string, { id, client, share, payload }: CopyRun, context: RunContext): Promise<StepOutcome> {
  const { addresses, profile } = shareHome(context.spec, share);
  const copy = `${id}@file`;
  const job = { copy, share, path, payload, addresses, profile, marks: [], rate: null };
  context.emit({ type: "copy.started", copy, client, verb: "put", size: payload.sizeBytes });
  const put = context.clients.get(client)?.put(job, context.emit);
  if (put === undefined) throw new Error(`client ${client} was validated but is not in the lab`);
  const outcome = await finishedOrStopped(put, context.signal);
  if (outcome.ok) return passed;
  context.signal.throwIfAborted();
  return { outcome: "unknown", reason: `${share}/${path} could not be written first: ${outcome.message}` };
}

import { z } from "zod";
import type { PutJob, Transfer } from "../../clients/client.js";
import { specHash } from "../../core/hash.js";
import { sizeText } from "../../core/size.js";
import type { RunContext, Step, StepOutcome, Verb } from "../scenario.js";
import { CopyRun } from "../copy-run.js";
import { finishedOrStopped } from "../finished-or-stopped.js";
import { observeCopy } from "../observe-copy.js";
import { passed } from "../scenario.js";
import { checkClient, complainUnless } from "./machine.js";

const schema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, "expected a name of lower-case letters, digits and hyphens")
      .meta({
        description: "Names the copy for other steps: `serving(dvd)`, `expect: { copy: dvd }`.",
        examples: ["dvd"],
      }),
    from: z
      .string()
      .min(1)
      .meta({ description: "The client that copies.", examples: ["laptop"] }),
    to: z
      .string()
      .regex(/^[^/]+\/.+$/, 'expected "<share>/<path>"')
      .meta({ description: "Share and path of the file that is written.", examples: ["dvd/dvd.iso"] }),
    size: sizeText.meta({ description: "How much is copied.", examples: ["4.7GB", "256MiB"] }),
    rate: sizeText.optional().meta({ description: "Bytes per second at most; as fast as it goes when left out." }),
  })
  .meta({
    description: "Writes a generated, stamped file from a client to a share; `during` holds what happens meanwhile.",
  });

type Args = z.infer<typeof schema>;

export const copy: Verb<Args> = {
  name: "copy",
  schema,
  title: ({ from, to }) => `copy from ${from} to ${to}`,
  check(args, scope) {
    const share = args.to.split("/")[0] ?? "";
    const shares = scope.spec.cluster.shares.map(({ name }) => name);
    return [
      ...checkClient(args.from, ["from"], scope),
      ...complainUnless(
        shares,
        share,
        ["to"],
        "scenario/unknown-share",
        `no share "${share}" in topology "${scope.spec.name}"`,
      ),
      ...(scope.copies.includes(args.id)
        ? [{ path: ["id"], code: "scenario/duplicate-copy", message: `a copy "${args.id}" exists already` }]
        : []),
    ];
  },
  async run(args, context, step) {
    const run = begin(args, context);
    await using observation = await observeCopy(context, run);
    const depth = context.faults.depth;
    const transfer = start(args, run, context, step);
    try {
      const inBlock = block(step, run, context).catch((error: unknown) => {
        // A testbed that broke gives no verdict, however the copy would end.
        transfer.stop();
        throw error;
      });
      const [ended] = await bothEnded(follow(transfer, run, context.signal), inBlock);
      context.signal.throwIfAborted();
      await observation.conclude(step.during.filter(isFault).length);
      await context.faults.healTo(depth);
      return ended;
    } finally {
      transfer.stop();
      await context.faults.healTo(depth);
    }
  },
};

/** A step of the block that breaks something: from each of them evidence is expected. */
function isFault(step: Step): boolean {
  return step.verb.isFault === true;
}

function begin(args: Args, context: RunContext): CopyRun {
  const [share = "", ...path] = args.to.split("/");
  const run = new CopyRun({
    id: args.id,
    client: args.from,
    share,
    path: path.join("/"),
    payload: {
      seed: specHash({ seed: context.seed, copy: args.id }) + specHash({ copy: args.id, seed: context.seed, half: 2 }),
      run: context.runId,
      sizeBytes: args.size,
    },
  });
  context.copies.set(args.id, run);
  return run;
}

function start(args: Args, run: CopyRun, context: RunContext, step: Step): Transfer {
  const client = context.clients.get(args.from);
  if (client === undefined) throw new Error(`client ${args.from} was validated but is not in the lab`);
  const job: PutJob = {
    copy: run.id,
    share: run.share,
    path: run.path,
    payload: run.payload,
    addresses: context.spec.cluster.publicAddresses,
    profile: context.spec.cluster.profile,
    marks: step.during.map((inner) => ({ id: inner.id, atByte: byteOf(inner, args.size) })),
    rate: args.rate ?? null,
  };
  context.emit({ type: "copy.started", copy: run.id, client: args.from, verb: "put", size: args.size });
  return client.put(job, (event) => {
    context.emit(event);
    run.observe(event);
  });
}

function byteOf(inner: Step, size: number): number {
  if (inner.at === undefined) return 0;
  return "bytes" in inner.at.at ? inner.at.at.bytes : Math.floor(inner.at.at.progress * size);
}

/** Waits for both, whatever comes of them, for a fault that is still being caused cannot be healed; then tells. */
async function bothEnded<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

async function follow(transfer: Transfer, run: CopyRun, signal: AbortSignal): Promise<StepOutcome> {
  try {
    const outcome = await finishedOrStopped(transfer, signal);
    if (!outcome.ok) {
      run.end("failed");
      return { outcome: "fail", reason: `the copy failed at ${outcome.stage}: ${outcome.message}` };
    }
    run.end("finished", outcome.result);
    return passed;
  } finally {
    // However the client ended, nobody may go on waiting for its marks.
    if (run.state === "running") run.end("failed");
  }
}

/** Runs the steps of the block, each when its byte is acknowledged; says of each one whose moment never came. */
async function block(step: Step, run: CopyRun, context: RunContext): Promise<void> {
  const ends = step.during.map((inner) => runWhenReached(inner, run, context));
  await Promise.allSettled(ends);
  await Promise.all(ends);
}

async function runWhenReached(inner: Step, run: CopyRun, context: RunContext): Promise<void> {
  if (await run.reached(inner.id)) {
    await context.runStep(inner);
    return;
  }
  const title = inner.verb.title(inner.args as never);
  const reason = "the copy ended before this step's moment came";
  context.emit({ type: "step.finished", step: inner.id, title, outcome: "unknown", reason });
}

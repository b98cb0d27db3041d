import type { z } from "zod";
import type { Client, Transfer, WorkloadJob } from "../clients/client.js";
import type { EventBody, TransferVerb } from "../core/event.js";
import { specHash } from "../core/hash.js";
import { runBlock } from "./block.js";
import { CopyRun } from "./copy-run.js";
import { expectsFailure } from "./expects-failure.js";
import { finishedOrStopped } from "./finished-or-stopped.js";
import { marksOf } from "./moment.js";
import { observeCopy } from "./observe-copy.js";
import type { Complaint, RunContext, Step, StepOutcome, StepScope, Verb, WorkloadFacts } from "./scenario.js";
import { passed } from "./scenario.js";
import { type ShareHome, shareHome, shareHomes } from "./share-home.js";
import { checkAbility, checkClient, complainUnless } from "./steps/machine.js";

/** What one workload has of its own; everything that workloads have in common is added by `workload`. */
export interface WorkloadVerb<Args> {
  readonly name: string;
  readonly docs: Verb<Args>["docs"];
  readonly schema: z.ZodType<Args>;
  readonly title: (args: Args) => string;
  readonly facts: (args: Args) => WorkloadFacts;
  /** The fields that name the client and the file: complaints point at them. */
  readonly fields: { readonly client: keyof Args & string; readonly file: keyof Args & string };
  /** What only this workload can complain about. */
  readonly check?: (args: Args, scope: StepScope) => Complaint[];
  /** Brings about what it needs, before anything is watched; false when that could not be. */
  readonly prepare?: (args: Args, run: CopyRun, context: RunContext) => Promise<StepOutcome>;
  /** How the events of the client call what it does. */
  readonly does: Exclude<TransferVerb, "store">;
  /** What remains to be done with it once the steps of its block are done: without that it ends by itself. */
  readonly afterBlock?: (transfer: Transfer, args: Args, run: CopyRun, context: RunContext) => Promise<void>;
  /** Starts it on its client. */
  readonly start: (client: Client, args: Args, job: WorkloadJob, observe: (event: EventBody) => void) => Transfer;
}

/**
 * Makes a verb of a workload: it has an id that later steps know it by, runs on a client while the steps of its
 * `during` block wait for their moments, and is watched from all sides until it ends.
 */
export function workload<Args>(verb: WorkloadVerb<Args>): Verb<Args> {
  const { name, docs, schema, title, facts } = verb;
  return {
    ...{ name, docs, schema, title },
    workload: facts,
    check: (args, scope) => [...checkFacts(verb, args, scope), ...(verb.check?.(args, scope) ?? [])],
    async run(args, context, step) {
      const run = begin(facts(args), context);
      const prepared = (await verb.prepare?.(args, run, context)) ?? passed;
      if (prepared.outcome !== "pass") {
        run.end("failed");
        return prepared;
      }
      await using observation = await observeCopy(context, run, step);
      const transfer = start(verb, args, run, context, step);
      try {
        const steps = async () => {
          await runBlock(step, run, transfer, context);
          await verb.afterBlock?.(transfer, args, run, context);
        };
        const block = steps().catch((error: unknown) => {
          // A testbed that broke gives no verdict, however the workload would end.
          transfer.stop();
          throw error;
        });
        const [ended] = await bothEnded(follow(transfer, run, context.signal, name), block);
        context.signal.throwIfAborted();
        await observation.conclude(step.during.filter(isFault).length);
        await context.faults.healOf(step.id);
        // That it fails is what the scenario wants to see, and its `expect` judges.
        return ended.outcome === "fail" && expectsFailure(run, context) ? passed : ended;
      } finally {
        transfer.stop();
        await context.faults.healOf(step.id);
      }
    },
  };
}

function checkFacts<Args>({ facts, fields, does }: WorkloadVerb<Args>, args: Args, scope: StepScope): Complaint[] {
  const { id, client, share } = facts(args);
  const homes = shareHomes(scope.spec);
  const noShare = `no share "${share}" in topology "${scope.spec.name}"`;
  return [
    ...checkClient(client, [fields.client], scope),
    ...checkAbility(client, does, [fields.client], scope),
    ...complainUnless([...homes.keys()], share, [fields.file], "scenario/unknown-share", noShare),
    ...checkSmbDirect(client, homes.get(share), [fields.file], scope),
    ...(scope.copies.includes(id)
      ? [{ path: ["id"], code: "scenario/duplicate-copy", message: `a copy "${id}" exists already` }]
      : []),
  ];
}

/** A client that mounts by SMB Direct can have no other share than one of a server that speaks it. */
function checkSmbDirect(
  name: string,
  home: ShareHome | undefined,
  path: readonly string[],
  { spec }: StepScope,
): Complaint[] {
  const isDirect = spec.clients.some((client) => client.name === name && client.mount?.rdma === true);
  if (!isDirect || home?.kind !== "samba") return [];
  const message = `${name} mounts by SMB Direct, which the cluster's Samba does not have`;
  return [{ path, code: "scenario/no-smb-direct", message, hint: "name a share of a server of kind ksmbd" }];
}

/** A step of the block that breaks something: from each of them evidence is expected. */
function isFault(step: Step): boolean {
  return step.verb.isFault === true;
}

function begin({ sizeBytes, files, ...facts }: WorkloadFacts, context: RunContext): CopyRun {
  const { id } = facts;
  const half = (more: object) => specHash({ seed: context.seed, copy: id, ...more });
  const size = { sizeBytes, ...(files === undefined ? {} : { files }) };
  const payload = { seed: half({}) + half({ half: 2 }), run: context.runId, ...size };
  const run = new CopyRun({ ...facts, payload });
  context.copies.set(id, run);
  return run;
}

function start<Args>(verb: WorkloadVerb<Args>, args: Args, run: CopyRun, context: RunContext, step: Step): Transfer {
  const client = context.clients.get(run.client);
  if (client === undefined) throw new Error(`client ${run.client} was validated but is not in the lab`);
  const size = run.payload.sizeBytes;
  const job: WorkloadJob = {
    copy: run.id,
    share: run.share,
    path: run.path,
    payload: run.payload,
    addresses: addressesFor(run, context),
    profile: shareHome(context.spec, run.share).profile,
    marks: marksOf(step.during, size),
  };
  context.emit({ type: "copy.started", copy: run.id, client: run.client, verb: verb.does, size });
  return verb.start(client, args, job, (event) => {
    context.emit(event);
    run.observe(event);
  });
}

/**
 * What the client connects to. One with several channels takes the nodes' own addresses: where a floating one is among
 * the connections of a client, smbd ends them all when one of them is lost (source3/smbd/smb2_server.c).
 */
function addressesFor({ client: name, share }: CopyRun, { spec }: RunContext): readonly string[] {
  const client = spec.clients.find((one) => one.name === name);
  // A kernel has one address, and finds those of further channels by itself.
  const several = client?.kind === "smb3" && client.channels > 1;
  const { machines, addresses } = shareHome(spec, share);
  return several ? machines.map(({ address }) => address) : addresses;
}

/** Waits for both, whatever comes of them, for a fault that is still being caused cannot be healed; then tells. */
async function bothEnded<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

async function follow(transfer: Transfer, run: CopyRun, signal: AbortSignal, name: string): Promise<StepOutcome> {
  try {
    const outcome = await finishedOrStopped(transfer, signal);
    if (!outcome.ok) {
      run.end("failed");
      return { outcome: "fail", reason: `the ${name} failed at ${outcome.stage}: ${outcome.message}` };
    }
    run.end("finished", outcome.result);
    return passed;
  } finally {
    // However the client ended, nobody may go on waiting for its marks.
    if (run.state === "running") run.end("failed");
  }
}

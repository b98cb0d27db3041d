import type { ByteRange, Transfer } from "../clients/client.js";
import type { CopyEvent } from "../core/event.js";
import { joinSignals } from "../core/join-signals.js";
import type { CopyRun } from "./copy-run.js";
import type { RunContext } from "./scenario.js";

/** A client that is cut off without a word notices by its next ECHO, which it sends after 60 s of silence. */
const NOTICED_WITHIN_MS = 75_000;

interface Held {
  readonly locks: readonly ByteRange[];
  /** How long the handle stays idle; without it, until its client has noticed the faults and has it back. */
  readonly forMs: number | undefined;
}

/**
 * The second half of a hold, after the steps of its block: the handle stays idle, is used again, and while it is still
 * open a second session tries to get what it has.
 */
export async function holdOn(
  transfer: Transfer,
  { locks, forMs }: Held,
  run: CopyRun,
  context: RunContext,
): Promise<void> {
  const faults = context.faults.injected.filter(({ startedMs }) => startedMs >= openedMs(run.events));
  const last = faults.at(-1)?.startedMs;
  if (forMs !== undefined) await idle(forMs, run, context);
  else if (last !== undefined) {
    await Promise.race([run.until((events) => recovered(events, last)), idle(NOTICED_WITHIN_MS, run, context)]);
  }
  transfer.release("idle");
  if (await run.until(usedAgain)) await contend(locks, run, context);
  transfer.release("held");
}

function openedMs(events: readonly CopyEvent[]): number {
  return events.find((event) => event.type === "copy.opened")?.clientMs ?? Number.POSITIVE_INFINITY;
}

/** Whether a loss since that moment is over, and none under way. */
function recovered(events: readonly CopyEvent[], sinceMs: number): boolean {
  const end = events.findLast((event) => event.type === "copy.lost" || event.type === "copy.resumed");
  return end?.type === "copy.resumed" && end.clientMs >= sinceMs;
}

function usedAgain(events: readonly CopyEvent[]): boolean {
  return events.some(({ type }) => type === "copy.held");
}

/** Lets time pass, unless the workload ends. */
async function idle(ms: number, run: CopyRun, { clock, signal }: RunContext): Promise<void> {
  const over = new AbortController();
  void run
    .until(() => false)
    .then(() => {
      over.abort();
    });
  try {
    using either = joinSignals(over.signal, signal);
    await clock.sleep(ms, either.signal);
  } catch (error) {
    if (!over.signal.aborted) throw error;
  }
}

/**
 * From another session, at another floating address where one answers: other nodes must know of the locks, too. That
 * nobody could ask is noted, and the checks that need it are unknown.
 */
async function contend(locks: readonly ByteRange[], run: CopyRun, context: RunContext): Promise<void> {
  const { id, share, path } = run;
  const client = context.clients.get(run.client);
  if (client === undefined) throw new Error(`client ${run.client} was validated but is not in the lab`);
  const others = context.spec.cluster.publicAddresses.filter((address) => address !== run.address);
  const failures: string[] = [];
  for (const address of [...others, ...(run.address === undefined ? [] : [run.address])]) {
    const said = await client.contend({ share, path, address, locks }, context.signal);
    if ("failed" in said) {
      failures.push(`${address}: ${said.failed}`);
      continue;
    }
    const { open, writing } = said;
    const event = { type: "copy.contended", copy: id, address, open, writing, locks: said.locks } as const;
    context.emit(event);
    run.observe(event);
    return;
  }
  const text = `${id}: no second session: ${failures.join("; ")}`;
  context.emit({ type: "note", level: "warning", text });
}

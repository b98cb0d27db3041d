import type { Clock } from "../core/clock.js";
import { ToolError } from "../core/errors.js";
import type { Provisioner } from "../provisioners/provisioner.js";
import type { LabSpec } from "../topologies/spec.js";
import { nameIn } from "./list.js";

export interface WatchOptions {
  readonly provisioner: Provisioner;
  readonly clock: Clock;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

const lookEveryMs = 500;

/**
 * Looks at a lab's machines until the signal aborts, and throws a ToolError with the last lines of its log as soon as
 * one of them does not run: nobody needs to wait for a cluster whose node has ended.
 */
export async function watchMachines(lab: LabSpec, { provisioner, clock, signal }: WatchOptions): Promise<never> {
  const wanted = [...lab.nodes, ...lab.servers, ...lab.clients].map(({ name }) => name);
  for (;;) {
    const observed = await provisioner.observe({ lab: lab.name }, signal);
    const machines = new Map(observed.flatMap((one) => (one.kind === "machine" ? [[nameIn(one.id), one]] : [])));
    for (const name of wanted) {
      const machine = machines.get(name);
      if (machine?.state !== "ready") throw await ended(provisioner, lab, name, machine?.stateReason ?? "it is gone");
    }
    await clock.sleep(lookEveryMs, signal);
  }
}

async function ended(provisioner: Provisioner, lab: LabSpec, name: string, reason: string): Promise<ToolError> {
  return new ToolError({
    code: "lab/machine-ended",
    message: `${name} of lab ${lab.name} ended while the lab was getting ready: ${reason}`,
    stderrTail: await logTail(provisioner, lab.name, name),
    hint: "the last lines of its log tell why; `up --keep-on-failure` leaves it to look at",
  });
}

/** The end of a machine's log, or why there is none. */
export async function logTail(provisioner: Provisioner, lab: string, name: string, lines = 20): Promise<string> {
  try {
    const log = (await provisioner.logs(lab, name, { tailBytes: 16_384 })).toString();
    return log.trimEnd().split("\n").slice(-lines).join("\n");
  } catch (error) {
    if (error instanceof ToolError) return `(no log: ${error.message})`;
    throw error;
  }
}

import type { Clock } from "../core/clock.js";
import { ToolError } from "../core/errors.js";
import type { Emit } from "../core/event-log.js";
import { poll } from "../core/poll.js";
import type { Provisioner } from "../provisioners/provisioner.js";
import type { LabSpec } from "../topologies/spec.js";
import { logTail } from "./watch-machines.js";

/** One condition of readiness. */
export interface Probe {
  /** For people: `all nodes OK`. */
  readonly name: string;
  readonly everyMs: number;
  readonly withinMs: number;
  /** What to look at when it does not come true. */
  readonly hint: string;
  /** Undefined when it is true. */
  readonly ask: () => Promise<Missing | undefined>;
}

/** What is missing, for people, and the node whose log may tell why. */
export interface Missing {
  readonly detail: string;
  readonly node: string;
}

export interface ProbeOptions {
  readonly provisioner: Provisioner;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Waits until a probe comes true, and tells what it waits for. In vain, it is a ToolError with the end of a log. */
export async function pass(lab: LabSpec, probe: Probe, options: ProbeOptions): Promise<void> {
  const { provisioner, clock, emit, signal } = options;
  const { name, everyMs, withinMs } = probe;
  const startMs = clock.now();
  let missing: Missing | undefined;
  const ask = async () => {
    const found = await probe.ask();
    if (found !== undefined && found.detail !== missing?.detail) {
      emit({ type: "probe.waiting", probe: name, detail: found.detail });
    }
    missing = found;
    return found === undefined ? true : undefined;
  };
  if (await poll(ask, { clock, everyMs, withinMs, signal })) {
    emit({ type: "probe.passed", probe: name, afterMs: clock.now() - startMs });
    return;
  }
  throw new ToolError({
    code: "lab/not-ready",
    message: `lab ${lab.name} did not get ready: after ${String(withinMs / 1000)} s not ${name} (${missing?.detail ?? ""})`,
    ...(missing && { stderrTail: await logTail(provisioner, lab.name, missing.node) }),
    hint: probe.hint,
  });
}

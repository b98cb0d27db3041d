import type { Client } from "../clients/client.js";
import type { Clock } from "../core/clock.js";
import type { Cluster } from "../cluster/verbs.js";
import type { CopyRun } from "./copy-run.js";
import type { Emit } from "../core/event-log.js";
import type { EventStream } from "./event-stream.js";
import type { Faults } from "./faults.js";
import type { KernelFacts } from "../provisioners/host/kernel.js";
import type { CapturePoint } from "../provisioners/capture-point.js";
import type { ClientSpec, LabSpec } from "../topologies/spec.js";
import type { MomentEvent } from "./moment-events.js";
import type { Outcome } from "../core/event.js";
import type { Machines } from "../provisioners/provisioner.js";
import type { Remote } from "../core/remote.js";
import type { z } from "zod";

/** The compiled form of a scenario, whatever it was written in. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** Name or path of the topology it is written for; `--topology` may put another in its place. */
  readonly topology: string;
  readonly tags: readonly string[];
  /** The file it came from. */
  readonly source: string;
  readonly steps: readonly Step[];
  /** Run at the end whatever happened, after all faults were healed. */
  readonly always: readonly Step[];
}

export interface Step {
  /** Its place in the file, such as `steps.0.during.0`: the key of positions and events. */
  readonly id: string;
  readonly path: readonly (string | number)[];
  readonly verb: AnyVerb;
  readonly args: unknown;
  /** When it starts; only steps of a `during` block have one. */
  readonly when: Moment | undefined;
  readonly during: readonly Step[];
  /** Steps that run at once, where this is a `parallel` block. */
  readonly parallel?: readonly Step[];
  /** One that a nemesis drew: that it hits anybody is not expected of it. */
  readonly ofNemesis?: true;
}

/** The moment at which a copy has that much acknowledged, or an event comes, or else its file is open; and so long after it. */
export interface Moment {
  readonly at: Trigger | undefined;
  readonly on: MomentEvent | undefined;
  readonly afterMs: number;
}

export type Trigger = { readonly copy: string } & (
  { readonly progress: number } | { readonly bytes: number } | { readonly write: number }
);

export interface StepOutcome {
  readonly outcome: Outcome;
  /** Why it is not a pass. */
  readonly reason?: string;
}

/** A complaint about a step's arguments, at a path below the step. */
export interface Complaint {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** What `validate` knows about the place a step stands in. */
export interface StepScope {
  readonly spec: LabSpec;
  /** Ids of the workloads that steps before this one, or around it, have started. */
  readonly copies: readonly string[];
  readonly kernel: KernelFacts;
}

/** A workload as other steps know it: it has an id, runs on a client, and works on a file of a share. */
export interface WorkloadFacts {
  readonly id: string;
  readonly client: string;
  readonly share: string;
  readonly path: string;
  /** Where the file is at last, when that is not `path`. */
  readonly finalPath?: string;
  readonly sizeBytes: number;
  /** When `path` is a directory: how many files of one size it holds in the end, `sizeBytes` together. */
  readonly files?: number;
  /** Where it stops until the steps of its block are done: so many bytes are acknowledged then. */
  readonly idleAt?: number;
}

/** One form in which a step may be written, as docs/scenario.md has it. */
export interface StepForm {
  readonly form: string;
  readonly does: string;
}

/** One verb of the language: its schema, its documentation, what it refuses and what it does, in one file. */
export interface Verb<Args> {
  readonly name: string;
  readonly docs: readonly StepForm[];
  /** Whether it breaks something, so that evidence of a failover is expected. */
  readonly isFault?: true;
  /** Whether it is about the cluster, so that a lab without one has nothing for it; it is, unless this says otherwise. */
  readonly needsCluster?: false;
  /** Other releases of Samba than the topology's that it needs the images of. */
  readonly samba?: (args: Args) => readonly string[];
  /** Only workloads have this: what other steps must know of one. Made by `workload`. */
  readonly workload?: (args: Args) => WorkloadFacts;
  /** The copy that it judges, if any: until then all that is known of that copy is kept. */
  readonly judges?: (args: Args) => string | undefined;
  readonly schema: z.ZodType<Args>;
  readonly title: (args: Args) => string;
  readonly check: (args: Args, scope: StepScope) => Complaint[];
  readonly run: (args: Args, context: RunContext, step: Step) => Promise<StepOutcome>;
}

/** A verb whose arguments its own schema has checked: whoever holds a step need not know which verb it is. */
export type AnyVerb = Omit<Verb<never>, "schema"> & { readonly schema: z.ZodType };

export const passed: StepOutcome = { outcome: "pass" };

/** What every step may use. One per run. */
export interface RunContext {
  readonly scenario: Scenario;
  readonly spec: LabSpec;
  readonly cluster: Cluster;
  readonly clients: ReadonlyMap<string, Client>;
  readonly remote: (node: string) => Remote;
  readonly captureAt: (client: ClientSpec) => CapturePoint;
  /** What can be done to machines from outside. */
  readonly machines: Machines;
  /** Puts a machine with another release of Samba in a node's place; does not wait until it is in the cluster. */
  readonly replace: (node: string, samba: string) => Promise<void>;
  readonly nodeLogs: (node: string, sinceMs: number) => Promise<Buffer>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Where the run leaves its files. */
  readonly folder: string;
  /** 32 hex digits; the payloads of all copies derive from it. */
  readonly seed: string;
  readonly runId: string;
  /** When the run's first step began. */
  readonly beganMs: number;
  /** Whether each check is judged again with its defects planted. */
  readonly prove: boolean;
  readonly copies: Map<string, CopyRun>;
  readonly faults: Faults;
  /** The step that is run; none where a context is made for all of them. */
  readonly step?: Step;
  /** All events of the run, for whoever waits for one. */
  readonly events: EventStream;
  /** Says that what the step does has been done, so that the copy which held back for it goes on. */
  readonly landed: () => void;
  /** Runs one step with its events; steps with a block run their inner steps through this. */
  readonly runStep: (step: Step, context: RunContext) => Promise<StepOutcome>;
}

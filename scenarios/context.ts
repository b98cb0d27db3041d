import type { Cluster } from "../cluster/verbs.js";
import type { Client } from "../clients/client.js";
import type { Clock } from "../core/clock.js";
import type { Emit } from "../core/event-log.js";
import type { Remote } from "../core/remote.js";
import type { LabSpec } from "../topologies/spec.js";
import type { CopyRun } from "./copy-run.js";
import type { Faults } from "./faults.js";
import type { Scenario, Step } from "./scenario.js";

/** What every step may use. One per run. */
export interface RunContext {
  readonly scenario: Scenario;
  readonly spec: LabSpec;
  readonly cluster: Cluster;
  readonly clients: ReadonlyMap<string, Client>;
  readonly remote: (node: string) => Remote;
  readonly nodeLogs: (node: string, sinceMs: number) => Promise<Buffer>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Where the run leaves its files. */
  readonly folder: string;
  /** 32 hex digits; the payloads of all copies derive from it. */
  readonly seed: string;
  readonly runId: string;
  readonly copies: Map<string, CopyRun>;
  readonly faults: Faults;
  /** Runs one step with its events; steps with a block run their inner steps through this. */
  readonly runStep: (step: Step) => Promise<void>;
}

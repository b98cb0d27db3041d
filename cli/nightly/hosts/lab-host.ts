import type { Event } from "../../../core/event.js";
import type { Taken } from "../../../nightly/labs/apart.js";
import type { Room } from "../../../nightly/labs/at-once.js";
import type { LoadedScenario } from "../../../scenarios/load.js";
import type { LoadedTopology } from "../../../topologies/load.js";

/** One run, with all that the host needs to make it. */
export interface HostRun {
  readonly scenario: LoadedScenario;
  readonly lab: LoadedTopology;
  /** What copies were made to be, in bytes; null where they are as the scenario says. */
  readonly sizeBytes: number | null;
  readonly watchdogMs: number;
}

export interface Played {
  readonly events: readonly Event[];
  /** Why it did not come to an end of its own. */
  readonly broken?: unknown;
}

/** Where labs of a night are made, and runs in them. */
export interface LabHost {
  readonly name: string;
  /** What was there before the night. */
  readonly taken: Taken;
  readonly room: Room;
  /** Makes a run and leaves its folder at this place. A testbed that breaks is no reason to throw. */
  readonly play: (run: HostRun, folder: string, signal: AbortSignal) => Promise<Played>;
  /** Sees to it that the next run finds a healthy lab or none. */
  readonly settle: (lab: LoadedTopology, signal: AbortSignal) => Promise<void>;
  /** Removes a lab that was made for the night. */
  readonly release: (lab: LoadedTopology) => Promise<void>;
  readonly close: () => Promise<void>;
}

import type { AddressState, CopyEvent } from "../../core/event.js";
import type { CtdbFact } from "../../cluster/log.js";
import type { CaptureEvidence } from "./facts.js";

/** A fault as far as doubts are concerned. */
export interface FaultFact {
  readonly fault: string;
  readonly nodes: readonly string[];
  readonly startedMs: number;
  /** When the command that caused it had returned: it has taken effect by then. */
  readonly doneMs: number;
  /** Whether one of the nodes served a running copy when the fault was issued. */
  readonly serving: boolean;
  /** Whether this kind of fault must make addresses move; false for one that only breaks connections. */
  readonly movesAddresses: boolean;
  /** Whether the scenario says whom it hits and when; a nemesis draws that, and may hit bystanders. */
  readonly aimed: boolean;
}

/** What was seen of one copy from all sides, before anything is concluded from it. */
export interface Observed {
  /** The events of the copy itself, in order; not those of reading it back. */
  readonly events: readonly CopyEvent[];
  /** How many faults the scenario wanted while the copy ran. */
  readonly faultsExpected: number;
  readonly faults: readonly FaultFact[];
  /** Who held which address before the first fault and when the copy had ended; null when CTDB was not asked. */
  readonly holdersBefore: readonly AddressState[] | null;
  readonly holdersAfter: readonly AddressState[] | null;
  readonly ctdb: readonly CtdbFact[];
  readonly capture: CaptureEvidence;
}

import type { EventBody } from "../core/event.js";
import type { FaultFact } from "./evidence/observed.js";

export interface Fault {
  /** The verb that caused it, such as `disable`. */
  readonly name: string;
  /** Id of the step that caused it. */
  readonly step: string;
  readonly nodes: readonly string[];
  readonly heal: () => Promise<void>;
}

/** A fault of the past, with the id of the step that caused it. */
export interface CausedFault extends FaultFact {
  readonly step: string;
}

/** The faults that are in force. Each is healed at the end of its block, and again at the end of the run. */
export class Faults {
  /** Every fault of the run so far, for the evidence. */
  readonly injected: CausedFault[] = [];
  readonly #open: Fault[] = [];
  readonly #emit: (event: EventBody) => void;

  constructor(emit: (event: EventBody) => void) {
    this.#emit = emit;
  }

  opened(fault: Fault): void {
    this.#open.push(fault);
  }

  /** A step of the scenario undid faults itself, such as `enable: node1`: they need no healing any more. */
  closed(name: string, nodes: readonly string[]): void {
    for (let at = this.#open.length - 1; at >= 0; at--) {
      const fault = this.#open[at];
      if (fault?.name === name && fault.nodes.every((node) => nodes.includes(node))) this.#open.splice(at, 1);
    }
  }

  /** Nodes, and clients, that a fault is in force on. */
  get disturbed(): ReadonlySet<string> {
    return new Set(this.#open.flatMap(({ nodes }) => nodes));
  }

  /**
   * Heals all that is in force, the newest first. One that cannot be healed does not keep the others from it:
   * it stays open, for the end of the run to try again, and what failed is thrown at the end.
   */
  async healAll(): Promise<void> {
    await this.#healEach(() => this.#open.pop());
  }

  /** Heals what this step opened, and the steps of its block, in the same way. */
  async healOf(step: string): Promise<void> {
    await this.#healEach(() => {
      const at = this.#open.findLastIndex((fault) => isWithin(step, fault.step));
      return at < 0 ? undefined : this.#open.splice(at, 1)[0];
    });
  }

  /** Heals what is in force on any of these nodes, or clients, in the same way. */
  async healOn(nodes: readonly string[]): Promise<void> {
    await this.#healEach(() => {
      const at = this.#open.findLastIndex((fault) => fault.nodes.some((node) => nodes.includes(node)));
      return at < 0 ? undefined : this.#open.splice(at, 1)[0];
    });
  }

  async #healEach(next: () => Fault | undefined): Promise<void> {
    const failures: unknown[] = [];
    const still: Fault[] = [];
    for (let fault = next(); fault !== undefined; fault = next()) {
      try {
        await fault.heal();
        this.#emit({ type: "fault.healed", fault: fault.name, nodes: [...fault.nodes] });
      } catch (error) {
        failures.push(error);
        still.unshift(fault);
      }
    }
    this.#open.push(...still);
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, "several faults could not be healed");
  }
}

/** Whether a step is another, or stands in the other's block. */
export function isWithin(block: string, step: string): boolean {
  return step === block || step.startsWith(`${block}.`);
}

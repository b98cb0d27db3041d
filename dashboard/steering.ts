import type { NodeAction } from "./keys.js";

/** What can be done in a lab from the dashboard. All that it does comes back as events; what it refuses is thrown. */
export interface Steering {
  act(action: NodeAction, node: string): Promise<void>;
  /** Copies to choose from, and the start of one of them. */
  readonly copies: readonly string[];
  startCopy(at: number): void;
  readonly scenarios: readonly string[];
  startScenario(at: number): Promise<void>;
  /** The end of a machine's log. */
  logs(node: string): Promise<readonly string[]>;
  /** Lets the user work in a shell on the terminal, which is free meanwhile; resolves when it ends. */
  shell(node: string): Promise<void>;
  /** Writes what was done as a scenario file, and tells where it is and how it is run. */
  save(): readonly string[];
}

import type { Command } from "../keys.js";
import type { Mode } from "../mode.js";
import type { Feed } from "../picture.js";
import type { DashboardState } from "../state/state.js";

/** Where a dashboard gets its events from. It is asked for each frame; nothing comes by itself. */
export interface Source {
  readonly mode: Mode;
  /** Takes in what has come since; says whether there was anything. */
  poll(): boolean;
  readonly state: DashboardState;
  /** The moment to show. */
  nowMs(): number;
  feed(): Feed;
  /** Does what a key asks of it, as far as that is its business. */
  obey(command: Command): void;
}

import type { LoadedScenario } from "../scenarios/load.js";
import type { LoadedTopology } from "../topologies/load.js";
import type { PlannedCell } from "./history/line.js";

/** One combination that is run every night. */
export interface NightCell extends PlannedCell {
  readonly lab: LoadedTopology;
  /** The scenario of one of its runs, with the size that the nightly wants. */
  readonly scenarioOf: (repeat: number) => LoadedScenario;
}

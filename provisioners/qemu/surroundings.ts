import type { Clock } from "../../core/clock.js";
import type { Administer } from "./administer.js";
import type { FindHostNetwork, FindHostVolume } from "./host-networks.js";

/** What machines are made with. */
export interface QemuSurroundings {
  /** Below it are the machines, their images and saved states. */
  readonly stateFolder: string;
  readonly clock: Clock;
  readonly findNetwork: FindHostNetwork;
  readonly findVolume: FindHostVolume;
  readonly administer: Administer;
}

import type { LabSpec } from "../../topologies/spec.js";
import type { NightCell } from "../night-cell.js";

/** One lab of a night, with the cells that are run in it. */
export interface NightLab {
  readonly cells: readonly NightCell[];
  /** As it is made: of cells of one topology with several Sambas, each lab has a name and subnets of its own. */
  readonly spec: LabSpec;
  /** The name in its topology, where it has another one to be beside others. */
  readonly movedFrom: string | null;
  /** Why it keeps its place though another lab has that, too, so that both are never at once. */
  readonly staysBecause: string | null;
}

const MiB = 2 ** 20;

/** A node's container was seen to take 41 to 96 MiB. */
const CONTAINER_BYTES = 128 * MiB;

/** Beside what a virtual machine has: the emulator's own. */
const EMULATOR_BYTES = 64 * MiB;

/** What a lab may take of its host's memory: its machines, and all that its tmpfs may hold. */
export function memoryOf({ nodes, clients, cluster }: LabSpec): number {
  const machines = [...nodes, ...clients.filter(({ runtime }) => runtime !== "ssh")];
  const each = machines.map(({ memoryMiB }) =>
    memoryMiB === null ? CONTAINER_BYTES : memoryMiB * MiB + EMULATOR_BYTES,
  );
  return each.reduce((sum, bytes) => sum + bytes, cluster.storage.sizeBytes ?? 0);
}

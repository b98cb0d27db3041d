import type { Source } from "../../core/source.js";

/** One combination of the axes' values. */
export interface Cell {
  /** The values in the order of the axes, such as `stop_durable_write`. */
  readonly id: string;
  /** Value by axis. */
  readonly values: Readonly<Record<string, string>>;
}

export interface Axis {
  readonly name: string;
  readonly values: readonly string[];
}

/** A scenario that stands for many: its blanks are filled anew for each cell. */
export interface Matrix {
  readonly name: string;
  readonly description: string;
  readonly axes: readonly Axis[];
  /** Without those that are excluded, the last axis changing fastest. */
  readonly cells: readonly Cell[];
  /** The file with its blanks. */
  readonly source: Source;
}

/** Flags of `run` and `demo`. */
export interface RunFlags {
  readonly topology?: string;
  /** A version of the catalogue, or a file of a Samba, for all nodes. */
  readonly samba?: string;
  readonly size?: string;
  /** Run what plugfest ships with this tag, instead of one scenario. */
  readonly tag?: string;
  readonly seed?: string;
  readonly keep?: boolean;
  readonly prove?: boolean;
  /** Whether a failed schedule of faults is shrunk, and in how many runs at most. */
  readonly shrink?: boolean;
  readonly shrinkRuns?: string;
  readonly runs: string;
  readonly json?: boolean;
  /** Shown on the whole screen, instead of by lines. */
  readonly dashboard?: boolean;
  /** The folder of the run that this one repeats: what differs from it is noted. Set by `rerun`. */
  readonly repeats?: string;
  /** How often each cell of a matrix is run; which cells; only list them; the folder to go on in. */
  readonly repeat?: string;
  readonly cell?: string;
  readonly plan?: boolean;
  readonly resume?: string;
}

/** Flags of `shrink`. */
export type ShrinkFlags = Pick<RunFlags, "json" | "shrinkRuns">;

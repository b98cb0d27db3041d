/** Flags of `run` and `demo`. */
export interface RunFlags {
  readonly topology?: string;
  readonly size?: string;
  readonly seed?: string;
  readonly keep?: boolean;
  readonly prove?: boolean;
  readonly runs: string;
  readonly json?: boolean;
  /** The folder of the run that this one repeats: what differs from it is noted. Set by `rerun`. */
  readonly repeats?: string;
}

/** Flags of `run` and `demo`. */
export interface RunFlags {
  readonly topology?: string;
  readonly size?: string;
  readonly seed?: string;
  readonly keep?: boolean;
  readonly runs: string;
  readonly json?: boolean;
}

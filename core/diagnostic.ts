/** Where in a user's file: 1-based line and column, as editors count. `endColumn` is exclusive, on the same line. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  /** The text of that line, for the squiggle. */
  readonly text: string;
}

/** One thing wrong with what the user wrote. */
export interface Diagnostic {
  /** Stable code such as `topology/unknown-node`, listed in docs/troubleshooting.md. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** What is wrong, prefixed with the path of the field where there is one: `cluster.nodes: expected 1 to 16, got 40`. */
  readonly message: string;
  readonly position?: Position;
  /** What to write instead, such as `did you mean "memory"?`. */
  readonly hint?: string;
}

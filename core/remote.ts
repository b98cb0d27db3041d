/** The channel to one node: commands and files, whatever the node runs on. */
export interface Remote {
  readonly node: string;
  /**
   * What comes before the absolute paths of `put` and `get` on the machine itself: a folder of plugfest's, where the
   * machine is not its own. Nothing where this is left out.
   */
  readonly root?: string;
  /**
   * Runs a command to its end. A non-zero exit is a result, not an error; an unreachable node is a ToolError.
   * Output beyond 4 MiB per stream is cut. Secrets go in by `input`, never by `argv`.
   */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /**
   * Starts a command that streams. Its standard input is a leash: programs started so end when it closes, so that
   * nothing survives a driver that was killed.
   */
  start(argv: readonly string[], options: StartOptions): Promise<RemoteProcess>;
  /** Writes files into the node (which may be created but not yet started). */
  put(files: readonly FileSpec[]): Promise<void>;
  /** The content of one small file (up to 1 MiB), or undefined when it does not exist. */
  get(path: string): Promise<Buffer | undefined>;
}

export interface ExecOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface ExecResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr?: (chunk: Buffer) => void;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Gives the program up: it is released, `exited` rejects with the reason, and nothing waits for its machine, which may
   * stand still.
   */
  readonly signal?: AbortSignal;
}

export interface RemoteProcess {
  write(text: string): void;
  /** Closes standard input: asks the program to end. */
  release(): void;
  /** The exit code; rejects with a ToolError when the node or the engine went away. */
  readonly exited: Promise<number>;
}

export interface FileSpec {
  readonly path: string;
  readonly content: string | Buffer;
  /** Permission bits, such as 0o644. */
  readonly mode: number;
}

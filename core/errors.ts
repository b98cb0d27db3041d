import type { Diagnostic } from "./diagnostic.js";

/** The user's mistake. Carries every diagnostic found, not just the first. Exit code 3. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join("; "));
    this.diagnostics = diagnostics;
  }
}

/** What the environment did to us, as data; words for people are made in cli/ and reports/. */
export interface Failure {
  /** Stable code, documented in docs/troubleshooting.md, such as `engine/unreachable`. */
  readonly code: string;
  /** What was tried and what came of it, one sentence. */
  readonly message: string;
  readonly command?: string;
  readonly exit?: number;
  readonly stderrTail?: string;
  readonly logPath?: string;
  /** What the user can do next. */
  readonly hint?: string;
}

/** The testbed failed: an engine, a container, a disk. Exit code 2, never a verdict about Samba. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }
}

/** The user asked to stop (Ctrl-C, SIGTERM). Exit code 130. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";

  constructor(signalName: string) {
    super(`interrupted by ${signalName}`);
  }
}

/** Any thrown value as plain data for the event log. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ToolError) return error.failure;
  if (error instanceof UserError) return { code: "user", message: error.message };
  if (error instanceof InterruptedError) return { code: "interrupted", message: error.message };
  const full = fullDisk(error);
  if (full !== undefined) return full;
  if (error instanceof Error) return { code: "bug", message: error.message, stderrTail: error.stack ?? "" };
  return { code: "bug", message: String(error) };
}

/** A disk without room is the environment's, wherever it is met; undefined for all else. */
export function fullDisk(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if (error.code !== "ENOSPC" && error.code !== "EDQUOT") return undefined;
  return {
    code: "disk/full",
    message: `a disk of this host has no room: ${error.message}`,
    hint: "free space in plugfest's state folder, the run folder and /tmp; PLUGFEST_STATE and --runs name others",
  };
}

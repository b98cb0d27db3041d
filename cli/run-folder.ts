import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { ToolError } from "../core/errors.js";

const hint = "free some space or give another place with --runs <folder>";

/**
 * Makes `runs/<scenario>/<UTC time>/` and points `latest` at it. Two runs within one second get names of their own.
 * Throws a ToolError when the folder cannot be made: a run that cannot be recorded is not begun.
 */
export function makeRunFolder(runs: string, scenario: string, nowMs: number, cwd: string): string {
  const parent = join(isAbsolute(runs) ? runs : join(cwd, runs), scenario);
  const time = new Date(nowMs)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "-");
  try {
    mkdirSync(parent, { recursive: true });
    for (let attempt = 1; ; attempt++) {
      const name = attempt === 1 ? time : `${time}.${String(attempt)}`;
      if (!makeNew(join(parent, name))) continue;
      pointLatest(parent, name);
      return join(parent, name);
    }
  } catch (cause) {
    throw new ToolError(
      {
        code: "run/no-folder",
        message: `the run folder in ${parent} could not be made: ${cause instanceof Error ? cause.message : String(cause)}`,
        hint,
      },
      { cause },
    );
  }
}

/** Writes one of the run's records as JSON. Throws a ToolError when the disk does not take it. */
export function writeRecord(folder: string, name: string, value: unknown): void {
  writeText(folder, name, `${JSON.stringify(value, null, 2)}\n`);
}

/** Writes a file of the run. Throws a ToolError when the disk does not take it. */
export function writeText(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ToolError({ code: "run/not-recorded", message: `${path} cannot be written: ${why}`, hint }, { cause });
  }
}

function makeNew(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Replaces the link in one step, so that a reader always finds one. */
function pointLatest(parent: string, name: string): void {
  const fresh = join(parent, `.latest-${name}`);
  rmSync(fresh, { force: true });
  symlinkSync(name, fresh);
  renameSync(fresh, join(parent, "latest"));
}

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../core/errors.js";
import type { Event } from "../../core/event.js";
import { formatBytes } from "../../reports/format.js";
import { packCapsule } from "../capsule/pack.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { eventsOf, recordedRun } from "../recorded-run.js";
import { writeReports } from "../write-reports.js";

/** Packs a run into one file that can be sent to somebody, and prints its path. */
export async function capsule(
  context: CliContext,
  path: string,
  options: { readonly out?: string; readonly json?: boolean },
): Promise<number> {
  const run = recordedRun(path, context.cwd);
  if ("capsule" in run) {
    const message = `${path} is a file: a capsule is made of a run's folder`;
    throw new UserError([{ code: "cli/no-run", severity: "error", message }]);
  }
  const folder = realpathSync(run.folder);
  const events = eventsOf(folder);
  // One that was killed has none yet.
  if (!existsSync(join(folder, "report.html"))) writeReports(folder);
  const name = nameOf(folder, events);
  const target = resolve(context.cwd, options.out ?? `${name}.tar.gz`);
  const { files, others, bytes } = await packCapsule(folder, name, target, context.version);
  if (options.json) context.out.write(`${JSON.stringify({ capsule: target, bytes, files, leftOut: others })}\n`);
  else {
    context.out.write(`${target}\n`);
    context.err.write(`${String(files.length)} files, ${formatBytes(bytes)}\n`);
  }
  if (others.length > 0) context.err.write(`left out, for they are no files of a run: ${others.join(", ")}\n`);
  return exitCode.pass;
}

/** The scenario's name and where its run lies below that: a time, or a cell of a matrix and a number. */
function nameOf(folder: string, events: readonly Event[]): string {
  const scenario = events.find((event) => event.type === "run.started")?.scenario ?? "run";
  const parent = basename(dirname(folder));
  const parts = [scenario, ...(parent === scenario ? [] : [parent]), basename(folder)];
  return parts
    .join("-")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "");
}

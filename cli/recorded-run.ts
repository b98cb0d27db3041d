import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../core/errors.js";
import type { Event } from "../core/event.js";
import { readEvents } from "../core/event-log.js";
import { unpackCapsule } from "./capsule/unpack.js";

const HINT = "give the folder that `plugfest run` printed last, or a file that `plugfest capsule` made";

/** A run on the disk: its folder, or the capsule that it lies in. */
export type RecordedRun = { readonly folder: string } | { readonly capsule: string };

/** Says which of both `path` is. Throws a UserError when it is neither. */
export function recordedRun(path: string, cwd: string): RecordedRun {
  const full = resolve(cwd, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat === undefined) throw noRun(`${path} does not exist`);
  if (stat.isFile()) return { capsule: full };
  if (!existsSync(join(full, "events.jsonl"))) throw noRun(`${path} is not the folder of a run: no events.jsonl`);
  return { folder: full };
}

/** Works on a run's folder; a capsule is unpacked for as long as that takes. */
export async function withRunFolder<T>(run: RecordedRun, work: (folder: string) => Promise<T>): Promise<T> {
  if ("folder" in run) return work(run.folder);
  const place = mkdtempSync(join(tmpdir(), "plugfest-capsule-"));
  try {
    const { folder } = await unpackCapsule(run.capsule, (name) => join(place, name));
    return await work(folder);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The events of a run. Throws a UserError where they are damaged. */
export function eventsOf(folder: string): Event[] {
  try {
    return readEvents(join(folder, "events.jsonl"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw noRun(`${folder}/events.jsonl is damaged: ${error.message}`);
  }
}

const requestSchema = z.strictObject({
  scenario: z.string().regex(/^sources\/[a-z]+\.[a-z]+$/),
  topology: z.string().regex(/^sources\/[a-z]+\.[a-z]+$/),
  size: z.string().optional(),
  prove: z.literal(true).optional(),
  seed: z.string().regex(/^[0-9a-f]{32}$/),
});

/** What `request.json` holds: all that a repetition of the run needs, beside the sources that it names. */
export type RunRequestRecord = z.infer<typeof requestSchema>;

/** What was asked of a run. Throws a UserError where that was not kept. */
export function requestOf(folder: string): RunRequestRecord {
  const path = join(folder, "request.json");
  if (!existsSync(path))
    throw noRun(`${folder} keeps no request.json: it was made by a plugfest before 0.1, or broke off`);
  try {
    return requestSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw noRun(`${path} is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function noRun(message: string): UserError {
  return new UserError([{ code: "cli/no-run", severity: "error", message, hint: HINT }]);
}

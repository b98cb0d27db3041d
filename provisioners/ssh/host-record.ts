import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { stampSchema } from "../stamp-schema.js";

const host = z.object({
  address: z.string(),
  port: z.number(),
  user: z.string(),
  hostKey: z.string(),
  keyFile: z.string().nullable(),
});

const record = z.object({
  id: z.string(),
  lab: z.string(),
  node: z.string(),
  specHash: z.string(),
  createdMs: z.number(),
  /** The same is written on the host: one that was started anew has it no more. */
  mark: z.string(),
  host,
  system: z.enum(["linux", "windows"]).default("linux"),
  endpoints: z.array(z.object({ network: z.string(), address: z.string() })),
  /** What was found there, for people. */
  found: z.array(z.string()),
  stamp: stampSchema,
});

/** That a lab uses a host, as it is written in the state folder before anything is written on the host. */
export type HostRecord = z.infer<typeof record>;

function hostsFolder(stateFolder: string): string {
  return join(stateFolder, "hosts");
}

/** A lab's hosts are files of their names: their path is also how they are referred to. */
export function recordPath(stateFolder: string, lab: string, node: string): string {
  return join(hostsFolder(stateFolder), lab, `${node}.json`);
}

export function readHostRecord(path: string): HostRecord | undefined {
  try {
    return record.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** Writes a record at once: it is there whole, or as it was. */
export function writeHostRecord(path: string, content: HostRecord): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${content.mark}`;
  writeFileSync(unfinished, JSON.stringify(content), { mode: 0o600 });
  renameSync(unfinished, path);
}

/** Removes a record, and its lab's folder when it was the last. */
export function removeHostRecord(path: string): void {
  rmSync(path, { force: true });
  try {
    // Fails when there is another host, which is as well.
    rmdirSync(dirname(path));
  } catch {
    return;
  }
}

/** All hosts that labs use from here, of one lab or of all. */
export function allHostRecords(stateFolder: string, lab?: string): { path: string; record: HostRecord }[] {
  const root = hostsFolder(stateFolder);
  const below = (path: string) => (existsSync(path) ? readdirSync(path).sort() : []);
  return below(root)
    .filter((name) => lab === undefined || name === lab)
    .flatMap((name) => below(join(root, name)).map((file) => join(root, name, file)))
    .flatMap((path) => {
      const found = path.endsWith(".json") ? readHostRecord(path) : undefined;
      return found === undefined ? [] : [{ path, record: found }];
    });
}

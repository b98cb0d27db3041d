import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import type { Pack } from "tar-stream";
import { ToolError } from "../../core/errors.js";
import { MANIFEST_NAME } from "./manifest.js";
import type { Manifest } from "./manifest.js";
import { filesOf } from "./run-files.js";

export interface Packed {
  readonly files: readonly string[];
  /** What lies in the folder and is not of the run: it stays out. */
  readonly others: readonly string[];
  readonly bytes: number;
}

/**
 * Packs a run's folder into one file: a gzipped tar with a manifest first. The same folder gives the same bytes. The file
 * appears under its name only when it is whole. Throws a ToolError when the disk does not take it.
 */
export async function packCapsule(folder: string, name: string, target: string, plugfest: string): Promise<Packed> {
  const { run, others } = filesOf(folder);
  const partial = join(dirname(target), `.${basename(target)}.partial`);
  try {
    const files: Manifest["files"] = [];
    for (const path of run) files.push({ path, ...(await digest(join(folder, path))) });
    const manifest: Manifest = { capsule: 1, plugfest, name, files };
    const tar = pack();
    await Promise.all([add(tar, folder, manifest), pipeline(tar, createGzip(), createWriteStream(partial))]);
    renameSync(partial, target);
    return { files: run, others, bytes: statSync(target).size };
  } catch (cause) {
    rmSync(partial, { force: true });
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    const hint = "free some space or give another place with --out <file>";
    throw new ToolError(
      { code: "capsule/not-written", message: `${target} cannot be made: ${cause.message}`, hint },
      { cause },
    );
  }
}

async function digest(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function add(tar: Pack, folder: string, manifest: Manifest): Promise<void> {
  const header = (path: string) => ({ name: `${manifest.name}/${path}`, mode: 0o644, mtime: new Date(0) });
  tar.entry(header(MANIFEST_NAME), `${JSON.stringify(manifest, null, 1)}\n`);
  for (const { path, bytes } of manifest.files) {
    if (bytes === 0) tar.entry(header(path), Buffer.alloc(0));
    // Of a file that goes on growing, the part that was measured; a shorter one would break the archive, and ends it.
    else
      await pipeline(
        createReadStream(join(folder, path), { end: bytes - 1 }),
        tar.entry({ ...header(path), size: bytes }),
      );
  }
  tar.finalize();
}

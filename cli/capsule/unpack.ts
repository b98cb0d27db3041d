import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import type { Extract } from "tar-stream";
import { ToolError, UserError } from "../../core/errors.js";
import { formatBytes } from "../../reports/format.js";
import { damaged, isInside, MANIFEST_LIMIT_BYTES, MANIFEST_NAME, readManifest, unsafe } from "./manifest.js";
import type { Manifest } from "./manifest.js";

const ELSEWHERE = "free some space or give another place with --into <folder>";

type Entry = Extract extends AsyncIterable<infer One> ? One : never;

/**
 * Unpacks a capsule, whoever made it, to the folder that `where` chooses by the capsule's own name. Each file must be in the
 * manifest with its size and hash. The folder appears only when all is there and right; else nothing is left. Throws a
 * UserError for what is damaged or unsafe, a ToolError when the disk does not take it.
 */
export async function unpackCapsule(
  file: string,
  where: (name: string) => string,
): Promise<{ folder: string; manifest: Manifest }> {
  const state: { manifest?: Manifest; folder?: string; partial?: string } = {};
  try {
    const waiting = new Map<string, Manifest["files"][number]>();
    for await (const entry of entriesOf(file)) {
      const { manifest, partial } = state;
      if (manifest === undefined || partial === undefined) {
        const first = await readFirst(entry, file);
        state.manifest = first;
        state.folder = where(first.name);
        for (const one of first.files) waiting.set(one.path, one);
        state.partial = makeBeside(state.folder, first, file);
        continue;
      }
      const path = pathOf(entry, manifest, file);
      const listed = waiting.get(path);
      if (listed === undefined) throw unsafe(file, `${path} is not in its ${MANIFEST_NAME}, or comes twice`);
      waiting.delete(path);
      await save(entry, join(partial, path), listed, file);
    }
    const { manifest, folder, partial } = state;
    if (manifest === undefined || folder === undefined || partial === undefined) throw damaged(file, "it is empty");
    const [missing] = waiting.keys();
    if (missing !== undefined) throw damaged(file, `${missing} is missing`);
    renameSync(partial, folder);
    return { folder, manifest };
  } catch (error) {
    if (state.partial !== undefined) rmSync(state.partial, { recursive: true, force: true });
    throw explained(error, file, state.folder);
  }
}

async function* entriesOf(file: string): AsyncGenerator<Entry> {
  const archive = extract();
  // What breaks off the stream comes up in the loop below, which the archive's own end would not tell of.
  const reading = pipeline(createReadStream(file), createGunzip(), new PassThrough(), archive);
  reading.catch(() => undefined);
  yield* archive;
  await reading;
}

async function readFirst(entry: Entry, file: string): Promise<Manifest> {
  const { name, type, size } = entry.header;
  if (type !== "file" || basename(name) !== MANIFEST_NAME || size > MANIFEST_LIMIT_BYTES) {
    throw damaged(file, `it does not begin with ${MANIFEST_NAME}`, "give a file that `plugfest capsule` made");
  }
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return readManifest(Buffer.concat(chunks).toString(), file);
}

function pathOf({ header: { name, type } }: Entry, manifest: Manifest, file: string): string {
  const prefix = `${manifest.name}/`;
  if (type !== "file") throw unsafe(file, `${name} is a ${type}, where only files belong`);
  const path = name.slice(prefix.length);
  if (!name.startsWith(prefix) || !isInside(path)) throw unsafe(file, `${name} leads out of the capsule`);
  return path;
}

async function save(entry: Entry, path: string, listed: Manifest["files"][number], file: string): Promise<void> {
  if (entry.header.size !== listed.bytes) throw damaged(file, `${listed.path} has another size than its manifest says`);
  mkdirSync(dirname(path), { recursive: true });
  const hash = createHash("sha256");
  const fd = openSync(path, "wx");
  try {
    for await (const chunk of entry) {
      hash.update(chunk as Buffer);
      writeAll(fd, chunk as Buffer);
    }
  } finally {
    closeSync(fd);
  }
  if (hash.digest("hex") !== listed.sha256)
    throw damaged(file, `${listed.path} has another content than its manifest says`);
}

/** A nearly full disk takes a part of a buffer without an error. */
function writeAll(fd: number, buffer: Buffer): void {
  for (let at = 0; at < buffer.length;) at += writeSync(fd, buffer, at);
}

/** On the same disk as the folder, so that it can be moved there in one step. */
function makeBeside(folder: string, { files }: Manifest, file: string): string {
  if (existsSync(folder)) {
    const hint = `make its reports anew with \`plugfest report ${folder}\`, or give another folder with --into`;
    throw new UserError([{ code: "capsule/exists", severity: "error", message: `${folder} exists already`, hint }]);
  }
  mkdirSync(dirname(folder), { recursive: true });
  const { bavail, bsize } = statfsSync(dirname(folder));
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes > bavail * bsize) {
    const message = `${file} holds ${formatBytes(bytes)}, and ${dirname(folder)} has ${formatBytes(bavail * bsize)} left`;
    throw new ToolError({ code: "capsule/not-written", message, hint: ELSEWHERE });
  }
  return mkdtempSync(join(dirname(folder), `.${basename(folder)}.partial-`));
}

/** Errors of the disk are the environment's; of the reader of gzip and tar, the file's. */
function explained(error: unknown, file: string, folder: string | undefined): unknown {
  if (error instanceof UserError || error instanceof ToolError || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  if ("syscall" in error) {
    const hint = ELSEWHERE;
    const message = `${file} cannot be unpacked to ${folder ?? "a folder"}: ${error.message}`;
    return new ToolError({ code: "capsule/not-written", message, hint }, { cause: error });
  }
  if (code === "Z_BUF_ERROR" || /unexpected end/i.test(error.message))
    return damaged(file, "it breaks off before its end");
  if (code.startsWith("Z_") || /^(invalid|header exceeds)/i.test(error.message)) {
    return damaged(file, error.message, "give a file that `plugfest capsule` made");
  }
  return error;
}

import { extract, pack } from "tar-stream";
import type { FileSpec } from "../core/remote.js";

/** A tar archive of files with absolute paths, all owned by root, to unpack at `/`. */
export async function packFiles(files: readonly FileSpec[]): Promise<Buffer> {
  const archive = pack();
  // No entries for folders: they would reset the modes of folders that exist, such as /tmp.
  for (const { path, content, mode } of files) archive.entry({ name: path.replace(/^\/+/, ""), mode }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The content of the only file of an archive, up to `limitBytes`; undefined when it is not a plain file. */
export async function unpackFile(archive: NodeJS.ReadableStream, limitBytes: number): Promise<Buffer | undefined> {
  const entries = archive.pipe(extract());
  let content: Buffer | undefined;
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (entry.header.type === "file") content = Buffer.concat(chunks).subarray(0, limitBytes);
  }
  return content;
}

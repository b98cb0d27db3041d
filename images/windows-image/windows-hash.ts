import { createHash, type Hash } from "node:crypto";
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { stableJson } from "../../core/hash.js";
import { asset } from "../../core/paths.js";

/** Raise it when the same inputs give another image. */
const windowsFormat = 1;

/** The first 12 hex digits of a hash of all that decides what an image is: files of the user's, words, and plugfest's scripts. */
export async function windowsHash(files: readonly (string | undefined)[], words: unknown): Promise<string> {
  const hash = createHash("sha256").update(`${String(windowsFormat)}:${stableJson(words)}:`);
  const scripts = asset("images", "windows", "setup");
  for (const name of readdirSync(scripts).sort()) hash.update(`${name}:`).update(readFileSync(join(scripts, name)));
  for (const path of files) {
    hash.update(path === undefined ? "-" : "+");
    if (path !== undefined) await take(path, hash);
  }
  return hash.digest("hex").slice(0, 12);
}

async function take(path: string, hash: Hash): Promise<void> {
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) hash.update(chunk);
  });
}

import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { specHash } from "../core/hash.js";
import { parseAptSources, type AptSource, type ConfiguredSource } from "./apt-sources.js";
import type { BuildLog } from "./build-log.js";
import type { ImageEngine } from "./engine.js";
import { imageLabel } from "./labels.js";
import { bootstrapDebian } from "./mmdebstrap.js";

/** Raise it when bootstrapping changes what it gives. */
const baseFormat = 1;

export interface BaseOptions {
  readonly suite: string;
  readonly sources: readonly AptSource[];
  readonly engine: ImageEngine;
  readonly log: BuildLog;
  /** Where the root file system lies between its making and its import. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

export interface Base {
  readonly reference: string;
  /** The sources as they turned out to work. */
  readonly sources: readonly AptSource[];
}

/** The tag of a bootstrapped base: another mirror may be another point in time, so it is another base. */
export function baseTag(suite: string, sources: readonly AptSource[]): string {
  const stamp = specHash({ baseFormat, suite, archive: sources[0]?.uri });
  return `plugfest/base:${suite}-${stamp.slice(0, 12)}`;
}

/**
 * The image everything stands on: Debian's own from a registry where one answers, else bootstrapped on this host from
 * its Debian mirror and imported.
 */
export async function ensureBase(options: BaseOptions): Promise<Base> {
  const { suite, sources, engine, log, signal } = options;
  const pulled = `debian:${suite}-slim`;
  const imported = baseTag(suite, sources);
  for (const reference of [imported, pulled]) {
    if ((await engine.find(reference)) !== undefined) return { reference, sources };
  }
  log.line(`pulling ${pulled}`);
  const reason = await engine.pull(pulled, { withinMs: 120_000, ...(signal && { signal }) });
  if (reason === undefined) return { reference: pulled, sources };
  signal?.throwIfAborted();
  log.line(`no registry (${reason}): bootstrapping ${suite} from ${sources[0]?.uri ?? ""}`);
  const working = await bootstrap(options, imported);
  return { reference: imported, sources: working };
}

async function bootstrap(options: BaseOptions, tag: string): Promise<readonly AptSource[]> {
  const { suite, engine, log, folder, signal } = options;
  mkdirSync(folder, { recursive: true });
  const tar = join(folder, `base-${suite}.tar`);
  try {
    const sources = await bootstrapDebian({
      // Only the base suite itself: updates come in when the image is built.
      ...{ suite, sources: options.sources.slice(0, 1), target: tar, options: ["--format=tar"], log },
      ...(signal && { signal }),
    });
    log.line(`importing ${tag}`);
    await engine.importTar(tar, { tag, labels: { [imageLabel]: "base" }, ...(signal && { signal }) });
    return [...sources, ...options.sources.slice(1)];
  } finally {
    rmSync(tar, { force: true });
  }
}

/** apt's configuration of this host; empty on anything but Debian's relatives. */
export function hostAptSources(folder = "/etc/apt"): ConfiguredSource[] {
  const parts = readDir(join(folder, "sources.list.d")).map((name) => join(folder, "sources.list.d", name));
  const files = [join(folder, "sources.list"), ...parts].filter((name) => /\.(list|sources)$/.test(name));
  return parseAptSources(files.map((name) => ({ name, text: readText(name) })));
}

function readDir(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

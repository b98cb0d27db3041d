import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { ToolError } from "../core/errors.js";
import { specHash } from "../core/hash.js";
import { parseAptSources, renderSource, withoutExpiry, type AptSource, type ConfiguredSource } from "./apt-sources.js";
import type { BuildLog } from "./build-log.js";
import { dpkgOptions } from "./context.js";
import type { ImageEngine } from "./engine.js";
import { imageLabel } from "./labels.js";

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
  // Only the base suite itself: updates come in when the image is built.
  let sources: readonly AptSource[] = options.sources.slice(0, 1);
  try {
    for (;;) {
      const output = await mmdebstrap(suite, sources, tar, log, signal);
      if (output === undefined) break;
      const relaxed = withoutExpiry(sources, output);
      if (relaxed === undefined) throw bootstrapFailed(suite, output, log.path);
      log.expired(sources, relaxed);
      sources = relaxed;
    }
    log.line(`importing ${tag}`);
    await engine.importTar(tar, { tag, labels: { [imageLabel]: "base" }, ...(signal && { signal }) });
  } finally {
    rmSync(tar, { force: true });
  }
  return [...sources, ...options.sources.slice(1)];
}

/** Runs mmdebstrap (1); returns undefined, or its output when it failed. */
async function mmdebstrap(
  suite: string,
  sources: readonly AptSource[],
  tar: string,
  log: BuildLog,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const argv = [
    // Should plugfest be killed, the bootstrap ends with it, and takes its temporary folder along.
    ...["setpriv", "--pdeathsig", "TERM", "mmdebstrap", "--variant=minbase", "--format=tar"],
    ...dpkgOptions.map((option) => `--dpkgopt=${option}`),
    ...[suite, tar, ...sources.map(renderSource)],
  ];
  const [command = "", ...args] = argv;
  const child = execa(command, args, {
    all: true,
    reject: false,
    stdin: "ignore",
    // mmdebstrap removes its folder when it is asked to end, which takes a moment.
    forceKillAfterDelay: 20_000,
    ...(signal && { cancelSignal: signal }),
  });
  for await (const line of child.iterable({ from: "all" })) log.line(line);
  const result = await child;
  signal?.throwIfAborted();
  if (result.exitCode === 0) return undefined;
  return result.all === "" ? (result.shortMessage ?? "mmdebstrap did not start") : result.all;
}

function bootstrapFailed(suite: string, output: string, logPath: string): ToolError {
  return new ToolError({
    code: "image/base",
    message: `Debian ${suite} could not be bootstrapped`,
    command: `mmdebstrap --variant=minbase ${suite}`,
    stderrTail: output.split("\n").slice(-15).join("\n"),
    logPath,
    hint: bootstrapHint(output),
  });
}

function bootstrapHint(output: string): string {
  if (output.includes("ENOENT")) return "install mmdebstrap, or let `plugfest doctor --fix` do it";
  if (output.includes("NO_PUBKEY")) {
    return "this host's debian-archive-keyring is older than the suite: `apt-get install --only-upgrade debian-archive-keyring`";
  }
  if (output.includes("No space left")) return "free disk space in /tmp and in plugfest's state folder";
  return "check that this host's Debian mirror (/etc/apt) answers and has the suite";
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

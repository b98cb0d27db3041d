import { join } from "node:path";
import type { Clock } from "../core/clock.js";
import { ToolError } from "../core/errors.js";
import type { Emit } from "../core/event-log.js";
import { withLock } from "../core/lock.js";
import { mirrorOf, sourcesFor, withoutExpiry, type AptSource } from "./apt-sources.js";
import { ensureBase, hostAptSources } from "./base.js";
import { BuildLog } from "./build-log.js";
import { buildContext, labelContext } from "./context.js";
import { BuildFailure, type ImageEngine } from "./engine.js";
import { archiveOf, repositoryOf } from "./git-source.js";
import { imageLabel, ownLabel, versionLabels, versionsOf } from "./labels.js";
import { compiledVolume, type Recipe, type SourceTree } from "./recipe.js";

export interface BuildSurroundings {
  readonly engine: ImageEngine;
  /** Names the engine among others on this machine: concurrent builds on one engine wait for each other. */
  readonly engineName: string;
  readonly emit: Emit;
  readonly clock: Clock;
  /** Logs go to `images/` below it. */
  readonly stateFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

export interface BuiltImage {
  readonly tag: string;
  readonly id: string;
  /** Exact versions by package name, as installed. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The recipe's image, built if the engine does not have it. A build that fails is a ToolError with its last lines. */
export async function ensureImage(recipe: Recipe, surroundings: BuildSurroundings): Promise<BuiltImage> {
  const ready = await findImage(recipe.tag, surroundings.engine);
  if (ready !== undefined) return ready;
  const { emit, signal, engineName } = surroundings;
  if (recipe.needs !== undefined) await ensureImage(recipe.needs, surroundings);
  const onWait = (holder: { pid: number } | undefined) => {
    const who = holder === undefined ? "another plugfest" : `plugfest with pid ${String(holder.pid)}`;
    emit({ type: "image.progress", image: recipe.tag, line: `waiting for ${who}, which is building` });
  };
  // One base serves several recipes, so the lock is the base's; what compiles for long is in the way only of those who
  // would compile in the same volume.
  const { source } = recipe;
  const lock =
    source === undefined ? baseLock(recipe, engineName) : `images/${engineName}/${compiledVolume(recipe, source)}`;
  return withLock(lock, { onWait, ...(signal && { signal }) }, async () => {
    return (await findImage(recipe.tag, surroundings.engine)) ?? (await build(recipe, surroundings));
  });
}

function baseLock({ base }: Recipe, engineName: string): string {
  return `images/${engineName}/${base}`;
}

async function findImage(tag: string, engine: ImageEngine): Promise<BuiltImage | undefined> {
  const image = await engine.find(tag);
  return image && { tag, id: image.id, versions: versionsOf(image) };
}

async function build(recipe: Recipe, surroundings: BuildSurroundings): Promise<BuiltImage> {
  const { engine, emit, clock, stateFolder, signal } = surroundings;
  const startMs = clock.now();
  const folder = join(stateFolder, "images");
  const log = new BuildLog(recipe.tag, join(folder, `${recipe.tag.replace(/[/:]/g, "-")}.log`), emit, clock);
  emit({ type: "image.started", image: recipe.tag, why: "the engine does not have it", logPath: log.path });
  const sources = sourcesFor(recipe, mirrorOf(hostAptSources()));
  const ensure = () => ensureBase({ suite: recipe.base, sources, engine, log, folder, ...(signal && { signal }) });
  const ownLock = { onWait: () => undefined, ...(signal && { signal }) };
  const base =
    recipe.source !== undefined
      ? await withLock(baseLock(recipe, surroundings.engineName), ownLock, ensure)
      : await ensure();
  const prepared = await installPackages(recipe, base.reference, base.sources, log, surroundings);
  const installed =
    recipe.source === undefined ? prepared : await compileSource(recipe, recipe.source, prepared.id, log, surroundings);
  const own = recipe.own === undefined ? {} : { [ownLabel]: recipe.own };
  const versions = { ...(await versionsBelow(recipe, engine)), ...installed.versions };
  const labels = { "plugfest.samba": recipe.samba, ...own, ...versionLabels(versions) };
  const id = await engine.build(await labelContext(installed.id, labels), {
    ...{ tag: recipe.tag, args: {}, useCache: true, onLine: () => undefined },
    ...(signal && { signal }),
  });
  emit({ type: "image.ready", image: recipe.tag, built: true, seconds: (clock.now() - startMs) / 1000 });
  return { tag: recipe.tag, id, versions };
}

/** What is installed in the image that another one begins with. */
async function versionsBelow({ needs, args }: Recipe, engine: ImageEngine): Promise<BuiltImage["versions"]> {
  if (needs === undefined || args["BASE"] !== needs.tag) return {};
  return (await findImage(needs.tag, engine))?.versions ?? {};
}

/** Builds the recipe's Dockerfile, without the expiry check for suites that turn out to need it. */
async function installPackages(
  recipe: Recipe,
  base: string,
  sources: readonly AptSource[],
  log: BuildLog,
  { engine, env, signal }: BuildSurroundings,
): Promise<{ id: string; versions: Record<string, string> }> {
  const args = { BASE: base, SAMBA: recipe.samba, TARGET: recipe.target, ...recipe.args, ...proxies(env) };
  for (let useCache = true; ;) {
    const output: string[] = [];
    const { versions, read } = versionReader();
    const onLine = (line: string) => {
      log.line(line);
      output.push(line);
      read(line);
    };
    try {
      const options = { args, useCache, onLine, ...(signal && { signal }) };
      const id = await engine.build(await buildContext(recipe, sources), options);
      if (Object.keys(versions).length > 0 || recipe.source !== undefined) return { id, versions };
      // The engine took the step from its cache (a build was cut off before it got its labels) and printed nothing.
      if (!useCache) throw new BuildFailure("the build did not report the versions it installed");
      useCache = false;
    } catch (error) {
      if (!(error instanceof BuildFailure)) throw error;
      const relaxed = withoutExpiry(sources, output.join("\n"));
      if (relaxed === undefined) throw buildFailed(recipe, error, log);
      log.expired(sources, relaxed);
      sources = relaxed;
    }
  }
}

/** Compiles a commit in an image that has what it takes. What was compiled of others stays in a volume, and is used. */
async function compileSource(
  recipe: Recipe,
  source: SourceTree,
  image: string,
  log: BuildLog,
  { engine, stateFolder, signal }: BuildSurroundings,
): Promise<{ id: string; versions: Record<string, string> }> {
  const { from, commit, configure } = source;
  const repository = await repositoryOf([commit], { from, ...(signal && { signal }) }, stateFolder);
  const archive = { path: "/source.tar.gz", content: await archiveOf(commit, repository, signal), mode: 0o644 };
  const labels = { [imageLabel]: recipe.name, [ownLabel]: recipe.own ?? "" };
  const { versions, read } = versionReader();
  try {
    const id = await engine.compile({
      ...{ image, argv: ["/usr/lib/plugfest/compile", ...configure], files: [archive] },
      volume: { name: compiledVolume(recipe, source), path: "/compiled", labels },
      onLine: (line) => {
        log.line(line);
        read(line);
      },
      ...(signal && { signal }),
    });
    return { id, versions };
  } catch (error) {
    throw error instanceof BuildFailure ? buildFailed(recipe, error, log) : error;
  }
}

/** Finds what a build's output says about the versions that were installed. */
function versionReader(): { versions: Record<string, string>; read: (line: string) => void } {
  const versions: Record<string, string> = {};
  const read = (line: string) => {
    const match = /^plugfest-version (\S+) (\S+)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) versions[match[1]] = match[2];
  };
  return { versions, read };
}

/** Builds need the host's way out; the engine knows these arguments by name and keeps them out of the image. */
function proxies(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

function buildFailed(recipe: Recipe, error: BuildFailure, log: BuildLog): ToolError {
  const tail = log.tail.filter((line) => line.trim() !== "").slice(-15);
  return new ToolError({
    code: "image/build",
    message: `the image ${recipe.tag} does not build: ${error.message}`,
    stderrTail: tail.join("\n"),
    logPath: log.path,
    hint: buildHint(recipe, log.tail.join("\n")),
  });
}

function buildHint(recipe: Recipe, output: string): string {
  // At the beginning of a line: the step that prints it is itself printed.
  if (/^plugfest-no-samba /m.test(output)) {
    if (recipe.context.length > 0 || recipe.needs !== undefined) {
      return `the packages or the source are of another version than ${recipe.samba}: see \`version\` in the Samba file`;
    }
    return `this mirror's ${recipe.target} has no Samba ${recipe.samba} (any more): use another version, or a mirror or snapshot that has it`;
  }
  if (/No space left on device/.test(output)) return "free disk space where the engine keeps its images";
  if (/Temporary failure resolving|Could not connect|Unable to connect|Could not resolve/.test(output)) {
    return "containers on the engine's default network cannot reach the Debian mirror: check its NAT, DNS and proxy";
  }
  return "the log has the whole output";
}

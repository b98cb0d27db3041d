import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { timeLimit } from "../core/clock.js";
import { ToolError } from "../core/errors.js";
import { joinSignals } from "../core/join-signals.js";
import type { FileSpec } from "../core/remote.js";
import type { SambaBuild, SambaSource } from "../core/samba-build.js";
import { commitOf } from "./git-source.js";
import { compiledNodeFiles, compiledRecipe, nodeFiles, recipe } from "./recipe.js";
import type { Recipe } from "./recipe.js";

/** How long an apt source may take to say which packages it has now. */
const PATIENCE_MS = 30_000;

/** The image of a node with a Samba of the user's own, as its packages or its source are now. */
export async function ownRecipe(build: SambaBuild, signal?: AbortSignal): Promise<Recipe> {
  const { version: samba, base, suite: target, source } = build;
  const own = { samba, base, target };
  switch (source.kind) {
    case "debian":
      return recipe("node", own, nodeFiles(), { dockerfile: "own", context: versionPin(samba) });
    case "debs":
      return recipe("node", own, nodeFiles(), {
        dockerfile: "own",
        context: [...packagesIn(source.folder), ...pins("")],
      });
    case "apt":
      return recipe("node", own, nodeFiles(), { dockerfile: "own", context: await aptContext(source, signal) });
    case "git": {
      const { from, ref, configure } = source;
      const commit = await commitOf(ref, { from, ...(signal && { signal }) });
      const needs = compiledRecipe(own, { from, commit, configure });
      return recipe("node", own, compiledNodeFiles(), { dockerfile: "git", needs, args: { SAMBA_BUILD: needs.tag } });
    }
  }
}

/** A build that means the same all night: a branch is the commit that it is now. */
export async function pinned(build: SambaBuild, signal?: AbortSignal): Promise<SambaBuild> {
  const { source } = build;
  if (source.kind !== "git") return build;
  const { from, ref } = source;
  return { ...build, source: { ...source, ref: await commitOf(ref, { from, ...(signal && { signal }) }) } };
}

function packagesIn(folder: string): FileSpec[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".deb") && !name.includes("-dbgsym_"));
  } catch {
    names = [];
  }
  if (names.length === 0) {
    throw new ToolError({
      code: "image/no-packages",
      message: `${folder} has no .deb files`,
      hint: "put samba, ctdb, smbclient, samba-vfs-modules, python3-samba and the libraries of the same build there",
    });
  }
  const files = names
    .sort()
    .map((name) => ({ path: `packages/${name}`, content: readFileSync(join(folder, name)), mode: 0o644 }));
  return [...files, setup("sources.list.d/plugfest-own.list", "deb [trusted=yes] file:/plugfest-packages ./\n")];
}

async function aptContext({ line, key }: SambaSource & { kind: "apt" }, signal?: AbortSignal): Promise<FileSpec[]> {
  const [, address = "", suite = "", ...components] = line.split(/\s+/);
  const keyPath = key === null ? undefined : `/etc/apt/keyrings/plugfest-own${key.endsWith(".asc") ? ".asc" : ".gpg"}`;
  const option = keyPath === undefined ? "trusted=yes" : `signed-by=${keyPath}`;
  const written = ["deb", `[${option}]`, address, suite, ...components].join(" ");
  return [
    setup("sources.list.d/plugfest-own.list", `${written}\n`),
    ...(key === null || keyPath === undefined ? [] : [setup(`keyrings/${basename(keyPath)}`, readKey(key))]),
    ...pins(new URL(address).hostname),
    // What the source has changes while its line does not: the image is that of what it has now.
    { path: "packages/state", content: await stateOf(address, suite, signal), mode: 0o644 },
  ];
}

/**
 * Of what the suite and its updates have, packages of this version alone, those that have it after their own version
 * among them (`2:2.11.0+samba4.22.10+dfsg-1`): the newest would be taken else.
 */
function versionPin(version: string): FileSpec[] {
  const pattern = version.replaceAll(/[.+]/g, String.raw`\$&`);
  const pin = `Package: src:samba\nPin: version /[:a]${pattern}([.+~-]|$)/\nPin-Priority: 1001\n`;
  return [setup("preferences.d/plugfest-own", pin), { path: "packages/none", content: "", mode: 0o644 }];
}

/** Packages of this origin are taken, older ones as well; the empty name is that of files. */
function pins(host: string): FileSpec[] {
  return [setup("preferences.d/plugfest-own", `Package: *\nPin: origin "${host}"\nPin-Priority: 1001\n`)];
}

function setup(path: string, content: string | Buffer): FileSpec {
  return { path: `setup/etc/apt/${path}`, content, mode: 0o644 };
}

function readKey(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `the key ${path} of an apt source cannot be read`;
    throw new ToolError({ code: "image/no-key", message, hint: "see `key` in the Samba file" }, { cause });
  }
}

/** A digest of an apt source's Release file, which names every index with its digest. */
async function stateOf(address: string, suite: string, signal: AbortSignal | undefined): Promise<string> {
  const root = `${address.replace(/\/+$/, "")}/`;
  // A suite that ends in a slash is the folder itself, of a flat source.
  const folder = suite.endsWith("/") ? new URL(suite, root).href : `${root}dists/${suite}/`;
  using limit = timeLimit(PATIENCE_MS);
  using either = joinSignals(signal, limit.signal);
  let why = "";
  for (const name of ["InRelease", "Release", "Packages"]) {
    try {
      const answer = await fetch(`${folder}${name}`, { signal: either.signal });
      if (answer.ok)
        return createHash("sha256")
          .update(Buffer.from(await answer.arrayBuffer()))
          .digest("hex");
      why = `${name}: ${String(answer.status)}`;
    } catch (error) {
      signal?.throwIfAborted();
      why = error instanceof Error ? error.message : String(error);
    }
  }
  throw new ToolError({
    code: "image/no-source",
    message: `the apt source ${folder} does not answer (${why})`,
    hint: "see `line` in the Samba file; a suite of a flat source ends with a slash",
  });
}

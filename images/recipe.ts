import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { assert } from "../core/assert.js";
import { asset } from "../core/paths.js";
import type { FileSpec } from "../core/remote.js";
import { catalogueEntry, clientSamba, type CatalogueEntry } from "./catalogue.js";

export type RecipeName = "node" | "client" | "samba" | "rdma";

/** Everything that decides what is in an image; the tag is a hash of it, so nothing is built twice. */
export interface Recipe {
  readonly name: RecipeName;
  readonly samba: string;
  /** Suite of the base image. */
  readonly base: string;
  /** Suite the Samba packages are taken from. */
  readonly target: string;
  readonly dockerfile: string;
  /** Files by their absolute path in the image, in order of path. */
  readonly files: readonly FileSpec[];
  /** More files of the build's context, by their path in it. */
  readonly context: readonly FileSpec[];
  /** More arguments of the Dockerfile. */
  readonly args: Readonly<Record<string, string>>;
  /** What is compiled in the image that the Dockerfile gives: the result is the image. */
  readonly source?: SourceTree;
  /** The image that has to be there before this one is built. */
  readonly needs?: Recipe;
  /** Of a Samba of the user's own: a hash of what plugfest adds to that. An image of another one is of no use any more. */
  readonly own?: string;
  /** `plugfest/<name>:<samba>-<12 hex digits>`. */
  readonly tag: string;
}

/** A commit of Samba's source. */
export interface SourceTree {
  /** The repository's folder or address. */
  readonly from: string;
  readonly commit: string;
  /** More words for its ./configure. */
  readonly configure: readonly string[];
}

/** Raise it when the builder changes what the same recipe gives. */
const recipeFormat = 1;

/** The image of a cluster node with a Samba of the catalogue. */
export function nodeRecipe(samba: string): Recipe {
  const entry = catalogueEntry(samba);
  assert(entry !== undefined, `Samba ${samba} is not in the catalogue`);
  return recipe("node", entry, nodeFiles());
}

/** What plugfest itself puts on a node. */
export function nodeFiles(): FileSpec[] {
  return [...treeFiles(asset("images/node/rootfs"), "/"), ...programFiles()];
}

/** The same, with what Debian's packages bring and Samba's source does not. */
export function compiledNodeFiles(): FileSpec[] {
  return [...nodeFiles(), ...treeFiles(asset("images/node/from-source"), "/")];
}

/** The image of a user-space client. */
export function clientRecipe(): Recipe {
  const entry = catalogueEntry(clientSamba);
  assert(entry !== undefined, "the client's Samba is in the catalogue");
  return recipe("client", entry, programFiles());
}

/** The image of a container that has devices for RDMA: what it boots without them, and their tools. */
export function withRdma(below: Recipe): Recipe {
  const files = treeFiles(asset("images/rdma/rootfs"), "/");
  const made = recipe("rdma", below, files, { needs: below, args: { BASE: below.tag } });
  return below.own === undefined ? made : { ...made, own: below.own };
}

export function recipe(
  name: RecipeName,
  entry: CatalogueEntry,
  files: readonly FileSpec[],
  more: Partial<Pick<Recipe, "context" | "args" | "source" | "needs">> & { readonly dockerfile?: string } = {},
): Recipe {
  const { dockerfile, ...rest } = more;
  const parts = {
    name,
    samba: entry.samba,
    base: entry.base,
    target: entry.target,
    dockerfile: readFileSync(
      asset("images", name, dockerfile === undefined ? "Dockerfile" : `${dockerfile}.Dockerfile`),
      "utf8",
    ),
    files: inOrder(files),
    ...{ args: {}, ...rest, context: inOrder(more.context ?? []) },
  };
  const own = name === "samba" || dockerfile !== undefined ? { own: ownMark(parts) } : {};
  return { ...parts, ...own, tag: `plugfest/${name}:${tagged(entry.samba)}-${recipeHash(parts)}` };
}

/** The marks that images of the user's own Sambas have now. */
export function ownMarks(): ReadonlySet<string> {
  const entry = { samba: "", base: "", target: "" };
  const recipes = [
    recipe("node", entry, nodeFiles(), { dockerfile: "own" }),
    recipe("node", entry, compiledNodeFiles(), { dockerfile: "git" }),
    recipe("samba", entry, compilerFiles()),
  ];
  return new Set(recipes.flatMap(({ own }) => own ?? []));
}

/** The image of a commit of Samba's source: what it installs, without a node around it. */
export function compiledRecipe(entry: CatalogueEntry, source: SourceTree): Recipe {
  return recipe("samba", entry, compilerFiles(), { source });
}

/** What was compiled stays in a volume, which all commits share that are compiled in the same way. */
export function compiledVolume(recipe: Recipe, source: SourceTree): string {
  const shared = { ...recipe, samba: "", source: { ...source, commit: "" } };
  return `plugfest-compiled-${recipeHash(shared)}`;
}

function compilerFiles(): FileSpec[] {
  return treeFiles(asset("images/samba/compile"), "/usr/lib/plugfest");
}

function ownMark({ name, dockerfile, files }: Pick<Recipe, "name" | "dockerfile" | "files">): string {
  return recipeHash({ name, dockerfile, files, ...{ samba: "", base: "", target: "", context: [], args: {} } });
}

function inOrder(files: readonly FileSpec[]): FileSpec[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A tag takes neither `+` nor `~`, and Debian's versions have them. */
function tagged(samba: string): string {
  return samba.replaceAll(/[^A-Za-z0-9_.-]/g, "-");
}

/** 12 hex digits of the SHA-256 over all that decides the content, each part with its length before it. */
export function recipeHash(parts: Omit<Recipe, "tag">): string {
  const hash = createHash("sha256");
  const add = (part: string | Buffer) => hash.update(`${String(Buffer.byteLength(part))}:`).update(part);
  add(String(recipeFormat));
  for (const part of [parts.name, parts.samba, parts.base, parts.target, parts.dockerfile]) add(part);
  for (const file of [...parts.files, ...parts.context]) {
    add(file.path);
    add(file.mode.toString(8));
    add(file.content);
  }
  for (const [name, value] of Object.entries(parts.args)) add(`${name}=${value}`);
  if (parts.source !== undefined) for (const part of [parts.source.commit, ...parts.source.configure]) add(part);
  return hash.digest("hex").slice(0, 12);
}

/** The Python program of the client, which nodes use as well, to verify payloads on the backing store. */
export function programFiles(): FileSpec[] {
  return treeFiles(asset("images/program"), "/usr/lib/plugfest").filter(
    ({ path }) => !path.includes("/__pycache__/") && !/\/(test_[^/]*\.py|tests?\/.*)$/.test(path),
  );
}

/** All files below a folder; only the execute bit of their modes counts, for that is all git keeps. */
export function treeFiles(folder: string, target: string): FileSpec[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const source = join(folder, entry.name);
    if (entry.isDirectory()) return treeFiles(source, join(target, entry.name));
    if (!entry.isFile()) return [];
    const mode = (statSync(source).mode & 0o100) === 0 ? 0o644 : 0o755;
    return [{ path: join(target, entry.name), content: readFileSync(source), mode }];
  });
}

import { pack, type Pack } from "tar-stream";
import type { FileSpec } from "../core/remote.js";
import { renderSource, type AptSource } from "./apt-sources.js";
import type { Recipe } from "./recipe.js";

/**
 * What the engine builds from, as an uncompressed tar file: the Dockerfile, `setup/` (what apt and dpkg need here and
 * now; it takes no part in the tag) and `rootfs/`. Times and owners are fixed: the engine's cache compares them.
 */
export function buildContext(recipe: Recipe, sources: readonly AptSource[]): Promise<Buffer> {
  const tar = pack();
  const add = (path: string, content: string | Buffer, mode: number) => {
    tar.entry({ name: path, mode, mtime: new Date(0), uid: 0, gid: 0 }, content);
  };
  add("Dockerfile", recipe.dockerfile, 0o644);
  for (const file of setupFiles(sources)) add(`setup${file.path}`, file.content, file.mode);
  for (const file of recipe.context) add(file.path, file.content, file.mode);
  // COPY fails on a folder that is not there.
  tar.entry({ name: "rootfs", type: "directory", mode: 0o755, mtime: new Date(0), uid: 0, gid: 0 });
  for (const file of recipe.files) add(`rootfs${file.path}`, file.content, file.mode);
  return finished(tar);
}

/** A context that only adds labels to an image, all in one layer. */
export function labelContext(image: string, labels: Readonly<Record<string, string>>): Promise<Buffer> {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const tar = pack();
  tar.entry({ name: "Dockerfile", mtime: new Date(0) }, `FROM ${image}\nLABEL ${pairs.join(" ")}\n`);
  return finished(tar);
}

async function finished(tar: Pack): Promise<Buffer> {
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function setupFiles(sources: readonly AptSource[]): FileSpec[] {
  return [
    { path: "/etc/apt/sources.list.d/plugfest.list", content: lines(sources.map(renderSource)), mode: 0o644 },
    { path: "/etc/apt/apt.conf.d/80plugfest", content: lines(aptOptions), mode: 0o644 },
    { path: "/etc/dpkg/dpkg.cfg.d/plugfest", content: lines(dpkgOptions), mode: 0o644 },
    // Packages must not start what they install: ctdbd starts Samba, and only in a node (policy-rc.d: 101 is "no").
    { path: "/usr/sbin/policy-rc.d", content: "#!/bin/sh\nexit 101\n", mode: 0o755 },
  ];
}

const aptOptions = [
  'Acquire::Languages "none";',
  'Acquire::Retries "3";',
  'Dir::Cache::pkgcache "";',
  'Dir::Cache::srcpkgcache "";',
];

/** Unneeded files are never unpacked; a build that loses power is built again, so that nothing need be synced. */
export const dpkgOptions = [
  "force-unsafe-io",
  "path-exclude=/usr/share/doc/*",
  "path-exclude=/usr/share/info/*",
  "path-exclude=/usr/share/locale/*",
  "path-exclude=/usr/share/man/*",
];

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

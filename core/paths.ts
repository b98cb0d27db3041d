import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with package.json, whether this file runs from sources or from dist/. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

/** A file or folder shipped with plugfest, such as `topologies/library`. */
export function asset(...parts: string[]): string {
  return join(packageRoot, ...parts);
}

/**
 * Where plugfest keeps what outlives a command: the embedded engine, image logs, locks. $PLUGFEST_STATE, else the XDG
 * state folder (XDG Base Directory Specification).
 */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  if (env["PLUGFEST_STATE"]) return env["PLUGFEST_STATE"];
  return join(env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "plugfest");
}

function findRoot(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("plugfest's package.json was not found above its own files");
  return findRoot(parent);
}

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageProgram, root, runProgram } from "./run-program.mjs";

/** What set-up made, by a hash of what it was made from: a second run finds both stamps as they are and does nothing. */
const packagesStamp = join(root, "node_modules", ".plugfest-stamp");
const buildStamp = join(root, "dist", ".plugfest-stamp");

/** npm packages and the build, each only when it is missing or stale. Returns 0, or the exit code of what failed. */
export async function prepare() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 10)) {
    console.error(`plugfest needs Node.js 20.10 or later; this is ${process.versions.node}.`);
    return 2;
  }
  return (await installPackages()) || (await build());
}

async function installPackages() {
  const wanted = hashOf(["package-lock.json"], process.versions.modules);
  if (stampAt(packagesStamp) === wanted) return 0;
  console.log("Installing npm packages");
  const { exit } = await runProgram(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (exit === 0) writeFileSync(packagesStamp, wanted);
  return exit;
}

async function build() {
  const wanted = hashOf(["tsconfig.json", "tsconfig.build.json", "package-lock.json", ...sources()]);
  if (stampAt(buildStamp) === wanted) return 0;
  console.log("Building plugfest");
  // Emptied first: no module that left the sources may be found in dist.
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const { exit } = await runProgram(packageProgram("typescript/bin/tsc", "-p", "tsconfig.build.json"));
  if (exit === 0) writeFileSync(buildStamp, wanted);
  return exit;
}

function sources() {
  const skipped = new Set(["node_modules", "dist", "runs", "test", "docs"]);
  const below = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name.startsWith(".") || skipped.has(entry.name) ? [] : below(path);
      return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : [];
    });
  return below(".").sort();
}

function hashOf(paths, extra = "") {
  const hash = createHash("sha256").update(extra);
  for (const path of paths) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}

function stampAt(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

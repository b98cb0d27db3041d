import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** Debian's Chromium, or what this machine has in its place; undefined, with the reason printed, where there is none. */
export async function browserOrSkip(): Promise<Browser | undefined> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const executablePath = folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  if (executablePath === undefined) {
    // There `npm test` installs it (scripts/test.mjs): that it is missing nevertheless is a failure.
    if (isDebian() && process.getuid?.() === 0) throw new Error("chromium is not installed: apt-get install chromium");
    console.warn("skipped: no Chromium is installed");
    return undefined;
  }
  // As root, and in containers, Chromium's own sandbox does not work; the page is plugfest's own.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

function isDebian(): boolean {
  return existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
}

import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";

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

export interface Look {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

/** Looks at a page. However it is looked at: not a word of complaint, and nothing loaded beside the page itself. */
export async function lookAt(
  browser: Browser | undefined,
  url: string,
  { width = 1280, colorScheme = "light" }: Look,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  if (browser === undefined) throw new Error("there is no browser");
  const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
  const [said, asked]: [string[], string[]] = [[], []];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => asked.push(request.url()));
  try {
    await page.goto(url);
    await look(page);
    expect(said).toEqual([]);
    expect(asked).toEqual([url]);
  } finally {
    await page.close();
  }
}

function isDebian(): boolean {
  return existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
}

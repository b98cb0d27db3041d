/// <reference lib="dom" />
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { nightHtml } from "../../nightly/html.js";
import { before, tonight } from "../../nightly/nights.fixture.js";
import { browserOrSkip, type Look, lookAt } from "../support/browser.js";
import { poorContrast } from "../support/contrast.js";
import { folder } from "../support/plugfest.js";

const browser = await browserOrSkip();

describe.skipIf(browser === undefined)("a night's page in a browser", () => {
  const place = folder();
  const url = pathToFileURL(join(place.path, "nightly.html")).href;

  beforeAll(() => {
    writeFileSync(join(place.path, "nightly.html"), nightHtml("failover", [...before, tonight]));
  });
  afterAll(async () => {
    await browser?.close();
    place[Symbol.dispose]();
  });

  const show = (as: Look, look: (page: Page) => Promise<void>) => lookAt(browser, url, as, look);

  it.each([390, 1280])("tells what changed first, and fits into %i pixels", async (width) => {
    await show({ width }, async (page) => {
      expect(await page.locator("header h1").innerText()).toBe("fail: nightly failover 2026-11-07T02-00-00Z");
      const headings = await page.locator("main h2").allInnerTexts();
      expect(headings[0]).toBe("What changed");
      const first = page.locator("#changes tbody tr").first();
      expect(await first.innerText()).toContain("new failure");
      const { y, height } = (await first.boundingBox())!;
      expect(y + height).toBeLessThan(844);
      for (const details of await page.locator("summary").all()) await details.click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await page.locator("#changes a").first().getAttribute("href")).toBe("cells/breaks/1/report.html");
    });
  });

  it.each(["light", "dark"] as const)("can be read in %s: every text has a contrast of 4.5", async (colorScheme) => {
    await show({ colorScheme }, async (page) => {
      for (const details of await page.locator("summary").all()) await details.click();
      const { poor, texts } = await poorContrast(page, 4.5);
      expect(texts).toBeGreaterThan(100);
      expect(poor).toEqual([]);
    });
  });

  it("draws the map of cells and their trends where one can see them, with words for those who cannot", async () => {
    await show({}, async (page) => {
      expect(await page.locator("table.heat tbody tr").count()).toBe(5);
      expect(await page.locator("table.heat tbody td.pass").count()).toBeGreaterThan(20);
      const points = await page
        .locator("svg.trend circle")
        .evaluateAll((all) => all.map((element) => element.getBoundingClientRect().width));
      expect(points.length).toBe(35);
      expect(Math.min(...points)).toBeGreaterThan(2);
      expect(await page.locator("svg.trend line.version").count()).toBe(5);
      expect(await page.getByRole("img", { name: /^stalls of slows, 402 ms to 702 ms/ }).count()).toBe(1);
      expect(await page.locator("table:not(:has(th[scope=col]))").count()).toBe(0);
    });
  });
});

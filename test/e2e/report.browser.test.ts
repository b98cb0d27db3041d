/// <reference lib="dom" />
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Event } from "../../core/event.js";
import { readEvents } from "../../core/event-log.js";
import { asset } from "../../core/paths.js";
import { reportHtml } from "../../reports/html.js";
import { browserOrSkip, type Look, lookAt } from "../support/browser.js";
import { poorContrast } from "../support/contrast.js";
import { folder } from "../support/plugfest.js";

const browser = await browserOrSkip();
const real = readEvents(asset("reports", "html", "real-run.fixture.jsonl"));
const attached = {
  logs: {
    node1: "2026-11-23T20:44:03.000000+00:00 node1 ctdbd[11]: Takeover of IP 10.77.2.101/24 on interface eth1\n",
    "node1.smbd": `[2026/11/23 20:44:03.100000,  1] source3/smbd/smb2_server.c:4000(x)\n  ${"a-word-without-end".repeat(20)}\n`,
  },
  files: { "/etc/samba/smb.conf": `[global]\n\tserver string = ${"x".repeat(300)}\n` },
};

/** The same run with a second copy of two failovers, that failed: all that a page can show. */
function crowded(): Event[] {
  return real.flatMap((event): Event[] => {
    if (event.type === "run.finished") {
      return [{ ...event, verdict: { outcome: "fail", reasons: ["iso: content: sha256 differs", "iso: stall: 9 s"] } }];
    }
    if (!("copy" in event) || event.copy.includes("@")) return [event];
    const second = { ...event, copy: "iso" };
    if (second.type !== "phases") return [event, second];
    const phases = second.phases.map((phase) => ({ ...phase, fromMs: phase.fromMs + 3000, toMs: phase.toMs + 3000 }));
    return [event, second, { ...second, phases }];
  });
}

describe.skipIf(browser === undefined)("the report in a browser", () => {
  const place = folder();
  const pages = { real, crowded: crowded() };

  beforeAll(() => {
    for (const [name, events] of Object.entries(pages)) {
      writeFileSync(join(place.path, `${name}.html`), reportHtml(events, attached));
    }
  });
  afterAll(async () => {
    await browser?.close();
    place[Symbol.dispose]();
  });

  const urlOf = (name: string) => pathToFileURL(join(place.path, `${name}.html`)).href;
  const show = (name: keyof typeof pages, as: Look, look: (page: Page) => Promise<void>) =>
    lookAt(browser, urlOf(name), as, look);

  it.each([390, 1280])("begins with the verdict and fits into %i pixels", async (width) => {
    for (const name of ["real", "crowded"] as const) {
      await show(name, { width }, async (page) => {
        const verdict = page.locator("header h1");
        expect(await verdict.innerText()).toBe(name === "real" ? "✓ pass redmond-failover" : "✗ fail redmond-failover");
        const { y, height } = (await verdict.boundingBox())!;
        expect(y + height).toBeLessThan(200);
        for (const details of await page.locator("summary").all()) await details.click();
        const tooWide = await page.evaluate(() =>
          [...document.querySelectorAll("body *")]
            .filter(
              (element) =>
                element.closest("svg svg") === null && element.getBoundingClientRect().right > innerWidth + 0.5,
            )
            .map((element) => `${element.tagName} ${element.getAttribute("class") ?? ""}`),
        );
        expect(tooWide).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      });
    }
  });

  it.each(["light", "dark"] as const)("can be read in %s: every text has a contrast of 4.5", async (colorScheme) => {
    await show("crowded", { colorScheme }, async (page) => {
      for (const details of await page.locator("summary").all()) await details.click();
      const { poor, texts } = await poorContrast(page, 4.5);
      expect(texts).toBeGreaterThan(200);
      expect(poor).toEqual([]);
      await page.addStyleTag({ content: ".mark.fail { color: #808080 !important; }" });
      const { poor: planted } = await poorContrast(page, 4.5);
      expect(planted.map(({ text }) => text)).toContain("✗ fail");
      const [background] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor]);
      expect(background).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(20, 24, 29)");
    });
  });

  it("draws curves, stalls, phases and faults where one can see them", async () => {
    await show("crowded", {}, async (page) => {
      for (const [what, least] of [
        ["path.line", 5],
        ["rect.stall", 6],
        ["rect.phase", 40],
        ["line.fault", 2],
        [".bar", 8],
      ] as const) {
        const boxes = await page
          .locator(what)
          .evaluateAll((all) =>
            all.map((element) => element.getBoundingClientRect()).map(({ width, height }) => width + height),
          );
        expect(boxes.length, what).toBeGreaterThanOrEqual(least);
        expect(Math.min(...boxes), what).toBeGreaterThan(2);
      }
      // Words in the pictures do not stand on each other.
      const overlaps = await page.locator("svg.curve").evaluateAll((curves) =>
        curves.flatMap((curve) => {
          const labels = [...curve.querySelectorAll("text.label")].map((label) => label.getBoundingClientRect());
          return labels.flatMap((a, index) =>
            labels
              .slice(index + 1)
              .filter((b) => a.right > b.left && b.right > a.left && a.bottom - 3 > b.top && b.bottom - 3 > a.top),
          );
        }),
      );
      expect(overlaps).toEqual([]);
    });
  });

  it("can be used by keyboard, and tells screen readers what is what", async () => {
    await show("real", {}, async (page) => {
      await page.keyboard.press("Tab");
      const focused = page.locator(":focus");
      expect(await focused.evaluate((element) => element.tagName)).toBe("SUMMARY");
      expect(await focused.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe("none");
      await page.keyboard.press("Enter");
      expect(await focused.evaluate((element) => element.parentElement?.hasAttribute("open"))).toBe(true);

      expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
      expect(await page.title()).toBe("pass: redmond-failover");
      expect(await page.getByRole("main").count()).toBe(1);
      const regions = await page.getByRole("region").all();
      expect(regions.length).toBeGreaterThan(6);
      expect(
        await page.getByRole("img", { name: /^Throughput of dvd over time: it stood still for 476 ms/ }).count(),
      ).toBe(2);
      const levels = await page
        .locator("h1, h2, h3")
        .evaluateAll((all) => all.map(({ tagName }) => Number(tagName.slice(1))));
      expect(levels[0]).toBe(1);
      expect(levels.every((level, index) => index === 0 || level - (levels[index - 1] ?? 0) <= 1)).toBe(true);
      expect(await page.locator("table:not(:has(th[scope=col]))").count()).toBe(0);
      const nameless = await page.locator("svg:not([aria-hidden]):not(svg svg):not([aria-label])").count();
      expect(nameless).toBe(0);
    });
  });

  it("prints whole, with what is folded up on the screen", async () => {
    await show("crowded", {}, async (page) => {
      await page.emulateMedia({ media: "print" });
      const { poor } = await poorContrast(page, 4.5);
      expect(poor).toEqual([]);
      const folded = await page
        .locator("details pre")
        .evaluateAll((all) => all.map((element) => element.getBoundingClientRect().height));
      expect(folded.length).toBe(3);
      expect(Math.min(...folded)).toBeGreaterThan(10);
      const pdf = await page.pdf({ format: "A4" });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      const sheets = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
      expect(sheets.length).toBeGreaterThan(2);
      expect(sheets.length).toBeLessThan(15);
    });
  });
});

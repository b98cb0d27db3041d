/// <reference lib="dom" />
import type { Page } from "playwright-core";

export interface PoorText {
  readonly text: string;
  readonly ratio: number;
  readonly color: string;
  readonly background: string;
}

/**
 * Texts of the page, as it is shown now, whose contrast to what is behind them is below `least` (WCAG 2.2, 1.4.3), and how
 * many were looked at.
 */
export async function poorContrast(page: Page, least: number): Promise<{ poor: PoorText[]; texts: number }> {
  return page.evaluate((limit) => {
    type Rgb = readonly [number, number, number];
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (canvas === null) throw new Error("no canvas");
    // The browser itself says what a colour is, whatever it is written in.
    const rgb = (color: string): { color: Rgb; opaque: boolean } => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return { color: [r, g, b], opaque: a === 255 };
    };
    const luminance = (color: Rgb) => {
      const [r = 0, g = 0, b = 0] = color.map((part) =>
        part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element: Element): string => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (rgb(backgroundColor).opaque) return backgroundColor;
      }
      return "#fff";
    };
    const poor: PoorText[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let texts = 0;
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? "";
      const element = node.parentElement;
      if (text === "" || element === null || element.closest("title") !== null || element.getClientRects().length === 0)
        continue;
      texts++;
      const style = getComputedStyle(element);
      const color = element instanceof SVGElement ? style.fill : style.color;
      const background = behind(element);
      const [a = 0, b = 0] = [rgb(color), rgb(background)].map((one) => luminance(one.color)).sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < limit) poor.push({ text: text.slice(0, 60), ratio, color, background });
    }
    return { poor, texts };
  }, least);
}

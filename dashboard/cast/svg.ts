import type { Size } from "../layout.js";
import type { CastFrame } from "./frames.js";
import type { StyledSpan } from "./spans.js";
import { spansOf } from "./spans.js";

/** In pixels. */
const CELL = { width: 8, height: 17 };
const FONT_PX = 13.3;
const PADDING = 12;
/** The last frame stays for so long before it all begins anew. */
const LAST_MS = 4000;

/** Of a dark terminal; each is readable on the ground. */
const GROUND = "#16181d";
const TEXT = "#d5d8de";
const COLORS = [
  ...["#4b5058", "#f2777a", "#8ccf7e", "#e8c468", "#7aa2f7", "#c796e0", "#6fc3d6", "#d5d8de"],
  ...["#8b919c", "#ff9a9d", "#a9e59b", "#f5d98b", "#9cbcff", "#dfb4f5", "#93dcec", "#ffffff"],
];

/** A picture of one frame, or of many as an animation without script, for a README. Equal lines are in it once. */
export function castSvg(
  frames: readonly CastFrame[],
  { size, title }: { readonly size: Size; readonly title: string },
): string {
  const width = size.columns * CELL.width + 2 * PADDING;
  const height = (size.rows - 1) * CELL.height + 2 * PADDING;
  const lines = new Map<string, string>();
  const idOf = (line: string) => {
    const known = lines.get(line) ?? `l${String(lines.size)}`;
    lines.set(line, known);
    return known;
  };
  const strip = frames.map(({ text }, index) => {
    const uses = text
      .split("\n")
      .flatMap((line, row) =>
        line.trim() === "" ? [] : [`<use href="#${idOf(line)}" y="${String(row * CELL.height)}"/>`],
      );
    return `<g transform="translate(${String(index * width)} 0)">${uses.join("")}</g>`;
  });
  const defs = [...lines].map(([line, id]) => `<g id="${id}">${lineOf(line)}</g>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>text{font:${String(FONT_PX)}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:${TEXT}}.b{font-weight:700}.d{opacity:.6}${COLORS.map((color, at) => `.c${String(at)}{fill:${color}}`).join("")}${animation(frames, width)}</style>`,
    `<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>`,
    `<defs>${defs.join("\n")}</defs>`,
    `<svg x="${String(PADDING)}" y="${String(PADDING)}" width="${String(width - 2 * PADDING)}" height="${String(height - 2 * PADDING)}"><g class="strip">`,
    ...strip,
    "</g></svg>",
    "</svg>",
    "",
  ].join("\n");
}

/** All frames lie side by side, and the strip jumps from one to the next at its time. */
function animation(frames: readonly CastFrame[], width: number): string {
  const last = frames.at(-1);
  if (frames.length < 2 || last === undefined) return "";
  const wholeMs = last.atMs + LAST_MS;
  const stops = frames.map(
    ({ atMs }, index) => `${((atMs / wholeMs) * 100).toFixed(3)}%{transform:translateX(${String(-index * width)}px)}`,
  );
  const end = `100%{transform:translateX(${String(-(frames.length - 1) * width)}px)}`;
  return `@keyframes play{${stops.join("")}${end}}.strip{animation:play ${(wholeMs / 1000).toFixed(2)}s steps(1,end) infinite}`;
}

function lineOf(line: string): string {
  return spansOf(line).map(spanOf).join("");
}

/** A span is set to its width, for no font has all of these signs at the width of its letters. */
function spanOf({ text, column, color, bold, dim, inverse }: StyledSpan): string {
  const blank = text.length - text.trimStart().length;
  const shown = inverse ? text : text.trim();
  if (shown === "") return "";
  const x = (column + (inverse ? 0 : blank)) * CELL.width;
  const width = shown.length * CELL.width;
  const ground = inverse
    ? `<rect x="${String(x)}" width="${String(width)}" height="${String(CELL.height)}" fill="${TEXT}"/>`
    : "";
  const classes = [bold ? "b" : "", dim ? "d" : "", color === undefined ? "" : `c${String(color)}`].filter(Boolean);
  const look = inverse ? ` style="fill:${GROUND}"` : classes.length === 0 ? "" : ` class="${classes.join(" ")}"`;
  const fit = `textLength="${String(width)}" lengthAdjust="spacingAndGlyphs"`;
  return `${ground}<text x="${String(x)}" y="${String(CELL.height - 4)}" ${fit}${look}>${escape(shown)}</text>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

import { formatMs } from "../reports/format.js";
import { text } from "../reports/html/markup.js";
import { median } from "./judge/effect.js";
import type { Night } from "./history/read.js";

const WIDTH = 720;
const HEIGHT = 90;
const EDGE = { left: 72, right: 8, top: 14, bottom: 12 };

/** The median stall of a cell in each night; a dashed line is where the software of its machines changed. */
export function trend(cell: string, nights: readonly Night[]): string {
  const points = nights.flatMap(({ started, runs, finished }, at) => {
    const own = runs.filter((run) => run.cell === cell);
    const stalls = own.flatMap(({ stallMs }) => (stallMs === null ? [] : [stallMs]));
    if (stalls.length === 0) return [];
    const judged = finished?.judgement.cells.find((one) => one.cell === cell);
    const slower = judged?.changes.some(({ direction }) => direction === "slower") ?? false;
    return [{ at, night: started.night, ms: median(stalls), slower, versions: own.at(-1)?.versions ?? {} }];
  });
  const first = points[0];
  // One night is no trend; the table of runs has its figures.
  if (first === undefined || points.length < 2) return "";
  const most = Math.max(...points.map(({ ms }) => ms), 1);
  const x = (at: number) =>
    EDGE.left + (nights.length < 2 ? 0 : (at / (nights.length - 1)) * (WIDTH - EDGE.left - EDGE.right));
  const y = (ms: number) => HEIGHT - EDGE.bottom - (ms / most) * (HEIGHT - EDGE.top - EDGE.bottom);
  const line = points.map(({ at, ms }) => `${x(at).toFixed(1)},${y(ms).toFixed(1)}`).join(" ");
  const marks = points.map(({ at, ms, night, slower }) => {
    const said = `<title>${text(night)}: ${formatMs(ms)}</title>`;
    return `<circle${slower ? ' class="slower"' : ""} cx="${x(at).toFixed(1)}" cy="${y(ms).toFixed(1)}" r="3">${said}</circle>`;
  });
  const versions = points.slice(1).flatMap((point, index) => {
    const changed = differences(points[index]?.versions ?? {}, point.versions);
    if (changed === "") return [];
    const place = x(point.at).toFixed(1);
    return [
      `<line class="version" x1="${place}" x2="${place}" y1="${String(EDGE.top)}" y2="${String(HEIGHT - EDGE.bottom)}"><title>${text(changed, 300)}</title></line>`,
    ];
  });
  const label = `stalls of ${cell}, ${formatMs(first.ms)} to ${formatMs((points.at(-1) ?? first).ms)}`;
  return `<figure><figcaption>${text(cell)}</figcaption><svg class="trend" role="img" aria-label="${text(label)}" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" width="${String(WIDTH)}" height="${String(HEIGHT)}">
<text x="0" y="${String(EDGE.top + 4)}">${formatMs(most)}</text><line class="grid" x1="${String(EDGE.left)}" x2="${String(WIDTH - EDGE.right)}" y1="${y(0).toFixed(1)}" y2="${y(0).toFixed(1)}"/>
${versions.join("")}<polyline class="line" points="${line}"/>${marks.join("")}</svg></figure>`;
}

/** What is other in `now`: `node1 samba 4.24.6 → 4.24.7`. */
export function differences(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string {
  return Object.entries(now)
    .filter(([name, version]) => (before[name] ?? version) !== version)
    .map(([name, version]) => `${name} ${before[name] ?? ""} → ${version}`)
    .join(", ");
}

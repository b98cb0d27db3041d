/** The terminal, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What there is to show: how many lines each panel would like, its title line not counted. */
export interface Wanted {
  readonly nodes: number;
  /** Copies that get a graph, and transfers that get a line. */
  readonly copies: number;
  readonly transfers: number;
  readonly failover: number;
  readonly checks: number;
  /** A question or a list in place of the events; 0 without one. */
  readonly overlay: number;
}

/** Heights with the title lines; 0 is not shown. The sum stays below the terminal's height: a full screen flickers. */
export interface Layout {
  /** Two columns, cluster and failover left, copies right. */
  readonly wide: boolean;
  readonly columns: number;
  readonly height: number;
  readonly leftWidth: number;
  readonly rightWidth: number;
  readonly cluster: number;
  /** One number for each copy with a graph. */
  readonly copies: readonly number[];
  readonly transfers: number;
  readonly failover: number;
  readonly checks: number;
  readonly tail: number;
}

const WIDE_COLUMNS = 120;
const MIN: Size = { columns: 40, rows: 12 };
/** Title, connection, progress: what a copy has above its graph. */
export const COPY_LINES = 3;
/** Header, what is being done, keys. */
const FRAME_LINES = 3;
const GRAPH_LINES = { wide: 12, narrow: 6 };

interface Panel {
  readonly least: number;
  /** What it should have before anyone has more. */
  readonly good: number;
  readonly most: number;
}

/** Places everything on a screen of that size. */
export function layoutOf({ columns, rows }: Size, wanted: Wanted): Layout {
  const height = Math.max(MIN.rows, rows) - 1;
  const width = Math.max(MIN.columns, columns);
  const wide = width >= WIDE_COLUMNS;
  const body = height - FRAME_LINES;
  const leftWidth = wide ? Math.min(100, Math.floor((width - 2) / 2)) : width;
  const frame = { wide, columns: width, height, leftWidth, rightWidth: wide ? width - leftWidth - 2 : width };
  const cluster = panel(wanted.nodes, 1);
  const copies = copyPanels(wanted.copies, wide ? GRAPH_LINES.wide : GRAPH_LINES.narrow);
  const failover = panel(wanted.failover, 2);
  const checks = panel(wanted.checks, 2);
  const transfers = panel(wanted.transfers, 1);
  const under = wanted.overlay > 0 ? fixed(1 + wanted.overlay) : undefined;
  if (wide) {
    const tail = Math.min(body, under?.good ?? Math.max(4, Math.floor(body / 4)));
    const left = share(body - tail, [cluster, failover, checks]);
    const right = share(body - tail, [...copies, transfers]);
    const used = Math.max(sum(left), sum(right));
    return {
      ...{ ...frame, tail: under === undefined ? body - used : tail },
      ...{ cluster: left[0] ?? 0, failover: left[1] ?? 0, checks: left[2] ?? 0 },
      ...{ copies: right.slice(0, copies.length), transfers: right.at(-1) ?? 0 },
    };
  }
  const tail = under ?? { least: 3, good: 4, most: Infinity };
  const [tailRows = 0, clusterRows = 0, failoverRows = 0, checkRows = 0, transferRows = 0, ...copyRows] = share(body, [
    ...[tail, cluster, failover, checks, transfers],
    ...copies,
  ]);
  return {
    ...{ ...frame, tail: tailRows, cluster: clusterRows, copies: copyRows },
    ...{ failover: failoverRows, checks: checkRows, transfers: transferRows },
  };
}

function panel(lines: number, least: number): Panel {
  return lines === 0 ? fixed(0) : { least: 1 + Math.min(lines, least), good: 1 + lines, most: 1 + lines };
}

function fixed(lines: number): Panel {
  return { least: lines, good: lines, most: lines };
}

function copyPanels(count: number, graph: number): Panel[] {
  const panel = { least: COPY_LINES, good: COPY_LINES + 3, most: COPY_LINES + graph };
  return Array.from({ length: count }, () => panel);
}

/** First each panel its least, in this order, then what is good, and then line by line in turn until all have their most. */
function share(height: number, panels: readonly Panel[]): number[] {
  let left = height;
  const give = (lines: number) => {
    const given = Math.max(0, Math.min(lines, left));
    left -= given;
    return given;
  };
  const given = panels.map(({ least }) => (least <= left ? give(least) : 0));
  panels.forEach(({ good }, index) => {
    const has = given[index] ?? 0;
    if (has > 0) given[index] = has + give(good - has);
  });
  for (let progress = true; left > 0 && progress;) {
    progress = false;
    panels.forEach(({ most }, index) => {
      const has = given[index] ?? 0;
      if (has === 0 || has >= most || give(1) === 0) return;
      given[index] = has + 1;
      progress = true;
    });
  }
  return given;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

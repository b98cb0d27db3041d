import { resolve } from "node:path";
import { ToolError } from "../../core/errors.js";
import type { Event, Outcome } from "../../core/event.js";
import { runLine } from "../../reports/matrix/line.js";
import { cellRunOf } from "../../reports/matrix/results.js";
import type { CellRun, MatrixResults, RunFigures } from "../../reports/matrix/results.js";
import { scenarioOf } from "../../scenarios/matrix/load.js";
import type { Matrix } from "../../scenarios/matrix/matrix.js";
import type { Scenario } from "../../scenarios/scenario.js";
import type { CliContext } from "../context.js";
import { openEngine } from "../open.js";
import type { Opened } from "../open.js";
import { performRun } from "../perform-run.js";
import type { RunFlags } from "../run-flags.js";
import { makeRunFolder } from "../run-folder.js";
import type { PlacedCell } from "./cells.js";
import { removeUnlessKept, whyNotReady } from "./lab.js";
import type { Turn } from "./walk.js";
import { walkMatrix } from "./walk.js";

export interface MatrixRequest {
  readonly matrix: Matrix;
  /** Those that were asked for. */
  readonly cells: readonly PlacedCell[];
  readonly results: MatrixResults;
  readonly repeats: number;
  readonly seed: string | undefined;
  /** What `--size` makes of a scenario. */
  readonly sized: (scenario: Scenario) => Scenario;
  readonly flags: RunFlags;
}

/** From checked cells to a table: engine, labs, runs, clean-up. */
export async function performMatrix(context: CliContext, request: MatrixRequest): Promise<Outcome> {
  const { matrix, cells, results, repeats, flags } = request;
  const opened = await openEngine(context);
  const folder =
    flags.resume === undefined
      ? makeRunFolder(flags.runs, matrix.name, context.clock.now(), context.cwd)
      : resolve(context.cwd, flags.resume);
  const width = Math.max(...cells.map(({ cell }) => cell.id.length));
  const tell = (cell: string, run: CellRun) => {
    const line = flags.json === true ? JSON.stringify({ cell, ...run }) : runLine(cell, run, { width, of: repeats });
    context.out.write(`${line}\n`);
  };
  context.onSecondInterrupt("plugfest gc");
  const worst = await walkMatrix({
    ...{ folder, results, cells, repeats, tell },
    play: (turn) => play(context, opened, request, turn),
    settle: async (spec) => {
      const wrong = await whyNotReady(opened, spec, context);
      if (wrong === undefined) return undefined;
      const gone = await removeUnlessKept(opened, spec);
      return `${wrong}; the lab ${gone ? "is made anew" : "stays, for it is kept"}`;
    },
    release: async (spec) => {
      await removeUnlessKept(opened, spec);
    },
    note: (text) => context.err.write(`${text}\n`),
  });
  if (flags.json !== true) context.out.write(`\nverdict  ${worst.toUpperCase()}\nmatrix   ${folder}\n`);
  return worst;
}

/** Runs a cell once. A testbed that breaks is an unknown of this run; the user's wish to stop and our bugs end all. */
async function play(
  context: CliContext,
  opened: Opened,
  { matrix, seed, sized, flags }: MatrixRequest,
  { placed: { cell, lab }, repeat, folder }: Turn,
): Promise<RunFigures> {
  const loaded = scenarioOf(matrix, cell, repeat);
  const events: Event[] = [];
  const watch = (event: Event) => {
    if (event.type !== "copy.progress") events.push(event);
  };
  let broken: unknown;
  try {
    await performRun(context, {
      ...{ scenario: sized(loaded.scenario), spec: lab.spec, seed, flags },
      sources: { scenario: loaded.source, topology: lab.source },
      among: { opened, folder, watch },
    });
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof ToolError)) throw error;
    broken = error;
  }
  const run = cellRunOf(events);
  if (run === undefined) throw broken;
  return run;
}

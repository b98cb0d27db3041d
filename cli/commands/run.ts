import { UserError } from "../../core/errors.js";
import { checkScenario, readScenario } from "../../scenarios/load.js";
import { scenarioText } from "../../scenarios/load-module.js";
import type { LoadedScenario } from "../../scenarios/load.js";
import { readMatrix } from "../../scenarios/matrix/load.js";
import { hasNemesis } from "../../scenarios/nemesis/has-nemesis.js";
import type { LoadedTopology } from "../../topologies/load.js";
import type { CliContext } from "../context.js";
import { dashboardLooks } from "../dashboard/flags.js";
import { exitCodeOf } from "../exit-code.js";
import { flagError } from "../flag-error.js";
import { kernelBelow } from "../kernel-below.js";
import { labOf } from "../load-lab.js";
import { performRun } from "../perform-run.js";
import type { RunFlags } from "../run-flags.js";
import { sizedBy } from "../sized-by.js";
import { runMatrix } from "./run-matrix.js";
import { shrink, shrinkLimit } from "./shrink.js";

/**
 * Runs one scenario on its lab, which is made for it unless it is up already, and ends with the verdict's exit code; or
 * all cells of a matrix, with the worst verdict's.
 */
export async function run(context: CliContext, name: string, flags: RunFlags): Promise<number> {
  if (flags.dashboard === true) refuseDashboard(context, flags);
  const { file, text } = await scenarioText(name, context.cwd);
  const matrix = readMatrix(file, text);
  if (matrix !== undefined && flags.shrink === true) {
    const hint = "run one cell of it, then `plugfest shrink` the folder of that run";
    throw new UserError([flagError("--shrink", { message: "a matrix is not shrunk", hint })]);
  }
  if (matrix !== undefined && flags.dashboard === true) {
    const hint = "`plugfest dashboard <folder of one of its runs>` shows that run";
    throw new UserError([flagError("--dashboard", { message: "a matrix is shown as a table", hint })]);
  }
  if (matrix !== undefined)
    return runMatrix(context, matrix, { flags, seed: seedOf(flags), sized: sizedBy(flags.size) });
  refuseMatrixFlags(flags);
  shrinkLimit(flags);
  const { loaded, lab } = prepare(context, readScenario(file, text), flags);
  const { scenario } = loaded;
  const sources = { scenario: loaded.source, topology: lab.source };
  const verdict = await performRun(context, { scenario, spec: lab.spec, sources, seed: seedOf(flags), flags });
  if (flags.shrink === true && verdict.outcome === "fail") await shrinkIfPossible(context, verdict.folder, flags);
  return exitCodeOf(verdict.outcome);
}

/** A run that failed before its nemesis did anything is no mistake of the user's. */
async function shrinkIfPossible(context: CliContext, folder: string, flags: RunFlags): Promise<void> {
  try {
    await shrink(context, folder, flags);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.err.write(`not shrunk: ${error.message}\n`);
  }
}

/** Everything that can be refused before anything is touched. */
function prepare(
  context: CliContext,
  written: LoadedScenario,
  flags: RunFlags,
): { loaded: LoadedScenario; lab: LoadedTopology } {
  const loaded = { ...written, scenario: sizedBy(flags.size)(written.scenario) };
  const lab = labOf(loaded.scenario, flags.topology, context, flags.samba);
  const complaints = checkScenario(loaded, lab.spec, kernelBelow(context.env));
  if (complaints.length > 0) throw new UserError(complaints);
  if (flags.shrink === true && !hasNemesis(loaded.scenario)) {
    throw new UserError([
      flagError("--shrink", { message: "this scenario has no nemesis whose faults could be left out" }),
    ]);
  }
  return { loaded, lab };
}

/** Before anything is made: without a terminal there is no dashboard. */
function refuseDashboard(context: CliContext, flags: RunFlags): void {
  if (flags.json === true) {
    throw new UserError([flagError("--dashboard", { message: "--json is for programs, which see no dashboard" })]);
  }
  dashboardLooks(context, { runs: flags.runs });
}

function refuseMatrixFlags({ repeat, cell, plan, resume }: RunFlags): void {
  const given = Object.entries({ repeat, cell, plan, resume }).flatMap(([flag, value]) =>
    value === undefined ? [] : [flagError(`--${flag}`, { message: "only a scenario with a `matrix` has cells" })],
  );
  if (given.length > 0) throw new UserError(given);
}

function seedOf({ seed }: RunFlags): string | undefined {
  if (seed === undefined || /^[0-9a-f]{32}$/.test(seed)) return seed;
  throw new UserError([flagError("--seed", { message: `expected 32 hex digits, got "${seed}"` })]);
}

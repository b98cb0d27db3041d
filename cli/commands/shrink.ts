import { join, resolve } from "node:path";
import { UserError } from "../../core/errors.js";
import type { Event } from "../../core/event.js";
import { plainLine } from "../../reports/console.js";
import { checkScenario, loadScenario, readScenario } from "../../scenarios/load.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { flagError } from "../flag-error.js";
import { kernelBelow } from "../kernel-below.js";
import { labOf } from "../load-lab.js";
import { openEngine } from "../open.js";
import { performRun } from "../perform-run.js";
import { recordedRun } from "../recorded-run.js";
import type { ShrinkFlags } from "../run-flags.js";
import { failedRun } from "../shrink/failed-run.js";
import { shrinkRun } from "../shrink/shrink-run.js";
import { sizedBy } from "../sized-by.js";

/**
 * Shrinks the schedule of a failed run, and leaves `shrunk.yaml` in its folder. Each attempt has a lab of its own, unless
 * the lab is up. Ends with 2 where the schedule did not fail again.
 */
export async function shrink(context: CliContext, path: string, flags: ShrinkFlags): Promise<number> {
  const limit = shrinkLimit(flags);
  if ("capsule" in recordedRun(path, context.cwd)) {
    const message = `${path} is a capsule, not a folder`;
    const hint = "unpack it by `plugfest report --into <folder>`, and give that folder";
    throw new UserError([{ code: "cli/no-run", severity: "error", message, hint }]);
  }
  const folder = resolve(context.cwd, path);
  const run = failedRun(folder);
  const { seed, size, scenario, topology } = run.request;
  const original = loadScenario(join(folder, scenario), context.cwd);
  const lab = labOf(original.scenario, join(folder, topology), context);
  const opened = await openEngine(context);
  const perform = (text: string, file: string, place: string) => {
    context.signal.throwIfAborted();
    const loaded = readScenario(file, text);
    const complaints = checkScenario(loaded, lab.spec, kernelBelow(context.env));
    if (complaints.length > 0) throw new UserError(complaints);
    return performRun(context, {
      scenario: sizedBy(size)(loaded.scenario),
      ...{ spec: lab.spec, sources: { scenario: loaded.source, topology: lab.source }, seed },
      flags: { runs: folder, ...(size === undefined ? {} : { size }) },
      among: { opened, folder: place, watch: () => undefined, ownLab: true },
    });
  };
  const watch = (event: Event) => {
    const line = flags.json === true ? JSON.stringify(event) : plainLine(event);
    if (line !== undefined) context.out.write(`${line}\n`);
  };
  const { clock, cwd } = context;
  const file = await shrinkRun({ folder, run, source: original.source, limit, perform, watch, clock, cwd });
  return file === null ? exitCode.testbed : exitCode.pass;
}

export function shrinkLimit({ shrinkRuns = "40" }: ShrinkFlags): number {
  const limit = Number(shrinkRuns);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  const message = `expected a number from 1 to 1000, got "${shrinkRuns}"`;
  throw new UserError([flagError("--shrink-runs", { message })]);
}

import type { Diagnostic } from "../../core/diagnostic.js";
import { UserError } from "../../core/errors.js";
import { parseSize } from "../../core/size.js";
import { checkScenario, loadScenario } from "../../scenarios/load.js";
import type { LoadedScenario } from "../../scenarios/load.js";
import { withSize } from "../../scenarios/with-size.js";
import type { LoadedTopology } from "../../topologies/load.js";
import type { CliContext } from "../context.js";
import { exitCodeOf } from "../exit-code.js";
import { kernelBelow } from "../kernel-below.js";
import { labOf } from "../load-lab.js";
import { performRun } from "../perform-run.js";
import type { RunFlags } from "../run-flags.js";

/** Runs one scenario on its lab, which is made for it unless it is up already, and ends with the verdict's exit code. */
export async function run(context: CliContext, name: string, flags: RunFlags): Promise<number> {
  const { loaded, lab } = prepare(context, name, flags);
  const { scenario } = loaded;
  const sources = { scenario: loaded.source, topology: lab.source };
  const verdict = await performRun(context, { scenario, spec: lab.spec, sources, seed: seedOf(flags), flags });
  return exitCodeOf(verdict.outcome);
}

/** Everything that can be refused before anything is touched. */
function prepare(context: CliContext, name: string, flags: RunFlags): { loaded: LoadedScenario; lab: LoadedTopology } {
  const written = loadScenario(name, context.cwd);
  const loaded =
    flags.size === undefined ? written : { ...written, scenario: withSize(written.scenario, sizeOf(flags.size)) };
  const lab = labOf(loaded.scenario, flags.topology, context);
  const complaints = checkScenario(loaded, lab.spec, kernelBelow(context.env));
  if (complaints.length > 0) throw new UserError(complaints);
  return { loaded, lab };
}

function sizeOf(text: string): number {
  const size = parseSize(text);
  if (size.ok) return size.value;
  throw new UserError([flagError("--size", size)]);
}

function seedOf({ seed }: RunFlags): string | undefined {
  if (seed === undefined || /^[0-9a-f]{32}$/.test(seed)) return seed;
  throw new UserError([flagError("--seed", { message: `expected 32 hex digits, got "${seed}"` })]);
}

function flagError(flag: string, { message, hint }: { message: string; hint?: string }): Diagnostic {
  return {
    code: "cli/bad-flag",
    severity: "error",
    message: `${flag}: ${message}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

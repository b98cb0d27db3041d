import { UserError } from "../../core/errors.js";
import { shippedWithHeads } from "../../scenarios/shipped.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { flagError } from "../flag-error.js";
import type { RunFlags } from "../run-flags.js";
import { run } from "./run.js";

/**
 * Runs one scenario, or by `--tag` one after the other all that are shipped with the tag; ends with the worst exit code.
 * A testbed that breaks ends it all.
 */
export async function runTagged(context: CliContext, name: string | undefined, flags: RunFlags): Promise<number> {
  if ((name === undefined) === (flags.tag === undefined)) {
    throw new UserError([flagError("run", { message: "expected either a scenario or --tag" })]);
  }
  if (name !== undefined) return run(context, name, flags);
  const { tag, ...others } = flags;
  const codes: number[] = [];
  for (const scenario of shippedWithHeads(tag)) codes.push(await run(context, scenario.name, others));
  // A failure is certain, and so weighs more than what is not known.
  return codes.includes(exitCode.fail) ? exitCode.fail : Math.max(...codes);
}

import { join } from "node:path";
import type { CliContext } from "../context.js";
import { requestOf, recordedRun, withRunFolder } from "../recorded-run.js";
import type { RunFlags } from "../run-flags.js";
import { run } from "./run.js";

/**
 * Runs again what a run's folder or capsule holds: the same scenario, topology, size and seed, with `--prove` where that was asked for, from the
 * sources that were kept. What differs this time (versions, images, what plugfest makes of the sources) is noted in the new run.
 */
export function rerun(
  context: CliContext,
  path: string,
  flags: Pick<RunFlags, "keep" | "runs" | "json">,
): Promise<number> {
  return withRunFolder(recordedRun(path, context.cwd), (folder) => {
    const { scenario, topology, size, prove, seed } = requestOf(folder);
    return run(context, join(folder, scenario), {
      ...flags,
      ...{ topology: join(folder, topology), seed, repeats: folder },
      ...(size === undefined ? {} : { size }),
      ...(prove === undefined ? {} : { prove }),
    });
  });
}

import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../../core/errors.js";

/** The folder of the run that wrote an event last, below `runs`. Throws a UserError where there is none. */
export function newestRun(runs: string, cwd: string): string {
  const root = resolve(cwd, runs);
  const found = foldersOf(root)
    .map((scenario) => join(scenario, "latest"))
    .flatMap((folder) => {
      const stat = statSync(join(folder, "events.jsonl"), { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ folder, atMs: stat.mtimeMs }];
    })
    .sort((a, b) => b.atMs - a.atMs)[0];
  if (found !== undefined) return found.folder;
  const hint = "start one by `plugfest run redmond-failover --dashboard`, or name a run's folder";
  throw new UserError([{ code: "cli/no-run", severity: "error", message: `there is no run in ${root}`, hint }]);
}

function foldersOf(root: string): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(root, name));
  } catch {
    // None was made yet.
    return [];
  }
}

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../../core/errors.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { writeReports } from "../write-reports.js";

/** Makes the reports of a run anew, also of one that was killed before it could write them, and prints their paths. */
export function report(context: CliContext, folder: string, options: { readonly json?: boolean }): Promise<number> {
  const path = resolve(context.cwd, folder);
  const refuse = (message: string) =>
    new UserError([
      { code: "cli/no-run", severity: "error", message, hint: "give the folder that `plugfest run` printed last" },
    ]);
  if (!existsSync(join(path, "events.jsonl"))) throw refuse(`${folder} is not the folder of a run: no events.jsonl`);
  try {
    const written = writeReports(path);
    context.out.write(options.json ? `${JSON.stringify(written)}\n` : `${Object.values(written).join("\n")}\n`);
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse(`${folder}/events.jsonl is damaged: ${error.message}`);
    throw error;
  }
  return Promise.resolve(exitCode.pass);
}

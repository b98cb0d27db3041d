import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic } from "../../core/diagnostic.js";
import { UserError } from "../../core/errors.js";
import { parseYaml } from "../../core/source.js";
import { checkScenario, loadScenario, shippedScenarios } from "../../scenarios/load.js";
import type { LoadedScenario } from "../../scenarios/load.js";
import { checkMatrix } from "../../scenarios/matrix/check.js";
import { loadMatrix } from "../../scenarios/matrix/load.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { kernelBelow } from "../kernel-below.js";
import { labsOfScenarios, loadLab } from "../load-lab.js";

/** Checks topologies and scenarios; says all that is wrong with all of them. */
export function validate(
  context: CliContext,
  files: readonly string[],
  options: { readonly topology?: string; readonly json?: boolean },
): Promise<number> {
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    try {
      if (isScenario(file, context.cwd)) validateScenario(context, file, options.topology);
      else loadLab(file, context.cwd, context);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      diagnostics.push(...error.diagnostics);
    }
  }
  if (diagnostics.length > 0) throw new UserError(diagnostics);
  context.out.write(
    options.json ? `${JSON.stringify({ valid: files })}\n` : `${files.map((file) => `${file}: ok`).join("\n")}\n`,
  );
  return Promise.resolve(exitCode.pass);
}

function validateScenario(context: CliContext, file: string, topology: string | undefined): void {
  const labOf = labsOfScenarios(topology, context);
  const check = (loaded: LoadedScenario) =>
    checkScenario(loaded, labOf(loaded.scenario).spec, kernelBelow(context.env));
  const matrix = loadMatrix(file, context.cwd);
  const complaints = matrix === undefined ? check(loadScenario(file, context.cwd)) : checkMatrix(matrix, check);
  if (complaints.length > 0) throw new UserError(complaints);
}

/** A scenario has steps and names a topology; anything else is held to be a topology, and told as one. */
function isScenario(file: string, cwd: string): boolean {
  if (shippedScenarios().includes(file)) return true;
  const path = resolve(cwd, file);
  if (!existsSync(path)) return false;
  const { value } = parseYaml(file, readFileSync(path, "utf8"));
  return value !== null && typeof value === "object" && ("steps" in value || "topology" in value);
}

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic } from "../../core/diagnostic.js";
import { UserError } from "../../core/errors.js";
import { parseYaml } from "../../core/source.js";
import { cellsOf } from "../../nightly/cells.js";
import { expectationsOf, loadNightly } from "../../nightly/load.js";
import { checkScenario, readScenario, shippedScenarios } from "../../scenarios/load.js";
import { isModule, scenarioText } from "../../scenarios/load-module.js";
import type { LoadedScenario } from "../../scenarios/load.js";
import { checkMatrix } from "../../scenarios/matrix/check.js";
import { readMatrix } from "../../scenarios/matrix/load.js";
import { sambaVersions } from "../../images/catalogue.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { kernelBelow, labsBelow } from "../kernel-below.js";
import { labsOfScenarios, loadLab } from "../load-lab.js";

/** Checks topologies and scenarios; says all that is wrong with all of them. */
export async function validate(
  context: CliContext,
  files: readonly string[],
  options: { readonly topology?: string; readonly json?: boolean },
): Promise<number> {
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    try {
      if (isNightly(file, context.cwd)) await validateNightly(context, file);
      else if (isScenario(file, context.cwd)) await validateScenario(context, file, options.topology);
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
  return exitCode.pass;
}

async function validateScenario(context: CliContext, name: string, topology: string | undefined): Promise<void> {
  const labOf = labsOfScenarios(topology, context);
  const check = (loaded: LoadedScenario) =>
    checkScenario(loaded, labOf(loaded.scenario).spec, kernelBelow(context.env));
  const { file, text } = await scenarioText(name, context.cwd);
  const matrix = readMatrix(file, text);
  const complaints = matrix === undefined ? check(readScenario(file, text)) : checkMatrix(matrix, check);
  if (complaints.length > 0) throw new UserError(complaints);
}

/** Every cell of a nightly, and what is expected of them. */
async function validateNightly(context: CliContext, file: string): Promise<void> {
  const nightly = loadNightly(file, context.cwd);
  const cells = await cellsOf(nightly, { knownSamba: sambaVersions, ...labsBelow(context.env) });
  expectationsOf(
    nightly,
    cells.map(({ cell }) => cell),
  );
}

/** It lists scenarios, which nothing else does. */
function isNightly(file: string, cwd: string): boolean {
  return fieldsOf(file, cwd).includes("scenarios");
}

/** A scenario has steps and names a topology; anything else is held to be a topology, and told as one. */
function isScenario(file: string, cwd: string): boolean {
  if (shippedScenarios().includes(file) || isModule(file)) return true;
  return fieldsOf(file, cwd).some((field) => field === "steps" || field === "topology");
}

/** Of a YAML file; none of what is shipped or a module. */
function fieldsOf(file: string, cwd: string): string[] {
  const path = resolve(cwd, file);
  if (!/\.ya?ml$/.test(file) || !existsSync(path)) return [];
  const { value } = parseYaml(file, readFileSync(path, "utf8"));
  return value !== null && typeof value === "object" ? Object.keys(value) : [];
}

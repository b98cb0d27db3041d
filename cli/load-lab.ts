import { dirname, resolve } from "node:path";
import { sambaVersions } from "../images/catalogue.js";
import { formatDiagnostic } from "../core/format-diagnostic.js";
import type { Scenario } from "../scenarios/scenario.js";
import { loadTopology } from "../topologies/load.js";
import type { LoadedTopology } from "../topologies/load.js";
import type { LabSpec } from "../topologies/spec.js";
import type { CliContext } from "./context.js";

/** A topology by shipped name or by path as seen from `cwd`; its warnings go to standard error. */
export function loadLab(nameOrPath: string, cwd: string, context: CliContext): LabSpec {
  return loadWithWarnings(nameOrPath, cwd, context).spec;
}

/** The same with the text that it was read from. */
export function loadWithWarnings(nameOrPath: string, cwd: string, context: CliContext): LoadedTopology {
  const loaded = loadTopology(nameOrPath, { cwd, knownSamba: sambaVersions });
  const color = context.err.isTTY && !context.env["NO_COLOR"];
  for (const warning of loaded.warnings) context.err.write(`${formatDiagnostic(warning, { color })}\n`);
  return loaded;
}

/** The topology a scenario is run on: the one that was asked for, else its own, as seen from the scenario's file. */
export function labOf(scenario: Scenario, asked: string | undefined, context: CliContext): LoadedTopology {
  if (asked !== undefined) return loadWithWarnings(asked, context.cwd, context);
  return loadWithWarnings(scenario.topology, dirname(resolve(context.cwd, scenario.source)), context);
}

/** The same for many scenarios: each topology is read, and warned of, once. */
export function labsOfScenarios(
  asked: string | undefined,
  context: CliContext,
): (scenario: Scenario) => LoadedTopology {
  const read = new Map<string, LoadedTopology>();
  return (scenario) => {
    const found = read.get(scenario.topology) ?? labOf(scenario, asked, context);
    read.set(scenario.topology, found);
    return found;
  };
}

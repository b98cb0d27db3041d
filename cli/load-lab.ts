import { dirname, resolve } from "node:path";
import { sambaVersions } from "../images/catalogue.js";
import { formatDiagnostic } from "../core/format-diagnostic.js";
import { hostBelow } from "../provisioners/host/host-kernel.js";
import type { Scenario } from "../scenarios/scenario.js";
import { changedTopology, loadTopology } from "../topologies/load.js";
import type { LoadedTopology } from "../topologies/load.js";
import { isSambaFile } from "../topologies/samba-file.js";
import type { LabSpec } from "../topologies/spec.js";
import type { CliContext } from "./context.js";

/** A topology by shipped name or by path as seen from `cwd`; its warnings go to standard error. */
export function loadLab(nameOrPath: string, cwd: string, context: CliContext, samba?: string): LabSpec {
  return loadWithWarnings(nameOrPath, cwd, context, samba).spec;
}

/** The same with the text that it was read from, and with the Samba that was asked for, as seen from here. */
export function loadWithWarnings(nameOrPath: string, cwd: string, context: CliContext, samba?: string): LoadedTopology {
  const options = { cwd, knownSamba: sambaVersions, host: hostBelow(context.env) };
  const asked = samba !== undefined && isSambaFile(samba) ? resolve(context.cwd, samba) : samba;
  const loaded = changedTopology(loadTopology(nameOrPath, options), { samba: asked }, options);
  const color = context.err.isTTY && !context.env["NO_COLOR"];
  for (const warning of loaded.warnings) context.err.write(`${formatDiagnostic(warning, { color })}\n`);
  return loaded;
}

/** The topology a scenario is run on: the one that was asked for, else its own, as seen from the scenario's file. */
export function labOf(
  scenario: Scenario,
  asked: string | undefined,
  context: CliContext,
  samba?: string,
): LoadedTopology {
  if (asked !== undefined) return loadWithWarnings(asked, context.cwd, context, samba);
  return loadWithWarnings(scenario.topology, dirname(resolve(context.cwd, scenario.source)), context, samba);
}

/** The same for many scenarios: each topology is read, and warned of, once. */
export function labsOfScenarios(
  asked: string | undefined,
  context: CliContext,
  samba?: string,
): (scenario: Scenario) => LoadedTopology {
  const read = new Map<string, LoadedTopology>();
  return (scenario) => {
    const found = read.get(scenario.topology) ?? labOf(scenario, asked, context, samba);
    read.set(scenario.topology, found);
    return found;
  };
}

import { ToolError, UserError } from "../core/errors.js";
import { stateFolder } from "../core/paths.js";
import { suggestHint } from "../core/suggest.js";
import { labsOf } from "../lab/list.js";
import { labProvisioner } from "../provisioners/lab-provisioner.js";
import type { Engine } from "../provisioners/docker/engine.js";
import { findEngine } from "../provisioners/docker/engine.js";
import type { Provisioner } from "../provisioners/provisioner.js";
import type { CliContext } from "./context.js";

export interface Opened {
  readonly engine: Engine;
  readonly provisioner: Provisioner;
  readonly stateFolder: string;
}

/** Finds the engine; starts plugfest's own when there is no other and `mayStart` allows it. */
export async function openEngine(context: CliContext, { mayStart = true } = {}): Promise<Opened> {
  const folder = stateFolder(context.env);
  const { env, clock, signal } = context;
  const engine = await findEngine({ env, clock, stateFolder: folder, mayStart, signal });
  return {
    engine,
    provisioner: labProvisioner({ location: engine.location, clock, stateFolder: folder }),
    stateFolder: folder,
  };
}

/** Opens the engine and makes sure that a lab, and a machine of it, exist, and run where they must. */
export async function openLab(
  context: CliContext,
  lab: string,
  node: string,
  { mustRun = true } = {},
): Promise<Opened> {
  const opened = await openEngine(context);
  const labs = labsOf(await opened.provisioner.observe({}, context.signal));
  const found = labs.find((one) => one.lab === lab);
  if (found === undefined) {
    const known = labs.map((one) => one.lab);
    const hint = suggestHint(lab, known) ?? "`plugfest ls` shows the labs; `plugfest up redmond` makes one";
    throw new UserError([{ code: "cli/unknown-lab", severity: "error", message: `no lab "${lab}"`, hint }]);
  }
  const machine = found.machines.find((one) => one.node === node);
  if (machine === undefined) {
    const known = found.machines.map((one) => one.node);
    const hint = suggestHint(node, known) ?? "see `plugfest ls`";
    const message = `no machine "${node}" in lab "${lab}"`;
    throw new UserError([{ code: "cli/unknown-machine", severity: "error", message, hint }]);
  }
  if (mustRun && machine.state !== "ready") {
    throw new ToolError({
      code: "lab/machine-stopped",
      message: `${node} of lab ${lab} does not run: ${machine.reason}`,
      hint: `\`plugfest up ${found.source || "<topology>"}\` makes it again, \`plugfest logs ${lab} ${node}\` shows its last words`,
    });
  }
  return opened;
}

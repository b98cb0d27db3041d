import { labsOf } from "../../lab/list.js";
import type { LabState } from "../../lab/list.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { openEngine } from "../open.js";
import { table } from "../table.js";

/** Lists labs with their machines. */
export async function ls(context: CliContext, options: { readonly json?: boolean }): Promise<number> {
  const { provisioner } = await openEngine(context, { mayStart: false });
  const labs = labsOf(await provisioner.observe({}, context.signal));
  if (options.json) {
    const shown = labs.map(({ objects, ...lab }) => ({ ...lab, objects: objects.length }));
    context.out.write(`${JSON.stringify(shown)}\n`);
  } else if (labs.length === 0) {
    context.out.write("no labs; `plugfest up redmond` makes one\n");
  } else {
    const rows = labs.flatMap((lab) =>
      (lab.machines.length === 0 ? [{ node: "-", state: "-", reason: "" }] : lab.machines).map(
        ({ node, state, reason }) => [lab.lab, stateOf(lab), node, reason === "" ? state : `${state} (${reason})`],
      ),
    );
    context.out.write(`${table(["lab", "state", "machine", "is"], rows)}\n`);
  }
  return exitCode.pass;
}

function stateOf({ complete, keep, ownerState }: LabState): string {
  if (complete) return keep ? "up" : ownerState === "alive" ? "in a run" : "left by a run: plugfest gc";
  return ownerState === "alive" ? "being worked on" : "half made: plugfest gc";
}

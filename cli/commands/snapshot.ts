import type { CliContext } from "../context.js";
import { openLab } from "../open.js";

/** Keeps a virtual machine's state under a name, or takes it back to one. */
export async function snapshot(
  context: CliContext,
  verb: "snapshot" | "restore",
  lab: string,
  machine: string,
  name: string,
): Promise<number> {
  const { provisioner } = await openLab(context, lab, machine);
  await provisioner.machines(lab)[verb](machine, name);
  return 0;
}

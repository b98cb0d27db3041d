import { plannedUp } from "../../lab/up.js";
import { costlyImages, wantedImages } from "../../lab/lab-images.js";
import { lackingWindows } from "../../lab/windows-images.js";
import { knownAccelerator } from "../../provisioners/qemu/accelerator.js";
import { acceleration, lackOfKvm } from "../../provisioners/qemu/kvm.js";
import { lackOfRights } from "../../provisioners/qemu/machine-rights.js";
import { formatPlan } from "../../topologies/format-plan.js";
import type { CliContext } from "../context.js";
import { exitCode } from "../exit-code.js";
import { loadLab } from "../load-lab.js";

/** Shows what `up` would do, without doing any of it. */
export async function plan(
  context: CliContext,
  topology: string,
  options: { readonly resolved?: boolean; readonly json?: boolean },
): Promise<number> {
  const spec = loadLab(topology, context.cwd, context);
  if (options.resolved) {
    context.out.write(`${JSON.stringify(spec, null, 2)}\n`);
    return exitCode.pass;
  }
  const { openEngine } = await import("../open.js");
  const { provisioner, stateFolder } = await openEngine(context, { mayStart: false });
  const wanted = await plannedUp(spec, {
    provisioner,
    images: await wantedImages(spec, stateFolder, context.signal),
    signal: context.signal,
  });
  if (options.json) {
    context.out.write(`${JSON.stringify(wanted)}\n`);
    return exitCode.pass;
  }
  context.out.write(`${formatPlan(wanted)}\n`);
  for (const { tag, names, once } of await costlyImages(spec, stateFolder, context.signal)) {
    context.out.write(`${names.join(", ")}: the image ${tag} is made first: ${once}\n`);
  }
  for (const { clients, message, hint } of lackingWindows(spec, stateFolder)) {
    context.out.write(`${clients.join(", ")}: ${message}: ${hint}\n`);
  }
  const { nodes, servers, clients } = spec;
  if ([...nodes, ...servers, ...clients].some(({ runtime }) => runtime === "qemu")) {
    const lack = lackOfRights(spec);
    const how = acceleration(lackOfKvm(), await knownAccelerator(stateFolder));
    const start = lack === undefined ? `run ${how}` : `cannot be started: ${lack.why}: ${lack.hint}`;
    context.out.write(`virtual machines ${start}\n`);
  }
  const [node] = nodes;
  // Nodes of one cluster are all of one sort, and for one reason.
  if (node !== undefined && node.machineBecause !== null) {
    const become = nodes.length === 1 ? "becomes a virtual machine" : "become virtual machines";
    context.out.write(`${nodes.map(({ name }) => name).join(", ")} ${become}: ${node.machineBecause}\n`);
  }
  for (const { name } of servers) {
    context.out.write(
      `${name} is a virtual machine: its server is that of the kernel, and a container has this host's\n`,
    );
  }
  for (const { name, kind, runtime, machineBecause } of clients) {
    if (machineBecause !== null) context.out.write(`${name} becomes a virtual machine: ${machineBecause}\n`);
    else if (kind === "cifs" && runtime === "docker")
      context.out.write(`${name} is a container: this host's kernel has cifs\n`);
  }
  return exitCode.pass;
}

import { ownOwner } from "../../core/owner.js";
import { ToolError } from "../../core/errors.js";
import type { Remote } from "../../core/remote.js";
import type { ObservedObject } from "../../topologies/objects.js";
import type { MachineSort } from "../machine-sort.js";
import { consoleText, readConsole, whyOff } from "./console.js";
import { createMachine } from "./create-machine.js";
import { fitCard } from "./cards.js";
import { blockLink, plugLink, shapeLink } from "./links.js";
import { refuseLink } from "../no-link.js";
import { allFolders, folderAt, machineFolder, type MachineFolder, readRecord, removeFolder } from "./machine-folder.js";
import { killQemu, powerOf, whyFrozen } from "./qemu-process.js";
import { setClock } from "./set-clock.js";
import { setPower } from "./set-power.js";
import { restoreSnapshot, takeSnapshot } from "./snapshot.js";
import { type OpenCommand, sshRemote } from "../ssh/ssh-remote.js";
import { setWindowsClock } from "../ssh/windows-clock.js";
import { windowsHost } from "../ssh/windows-host.js";
import type { QemuSurroundings } from "./surroundings.js";
import { removeTaps } from "./taps.js";
import { WayIn } from "./way-in.js";
import { stopTpm } from "./windows/tpm.js";
import { createWindows } from "./windows/windows-machine.js";

/** Virtual machines of labs, each in a folder of its own and a process of QEMU. */
export function qemuMachines(surroundings: QemuSurroundings): MachineSort {
  const { stateFolder, clock, administer } = surroundings;
  const wayIn = new WayIn(stateFolder);
  const find = (lab: string, node: string) => {
    const folder = machineFolder(stateFolder, lab, node);
    const record = readRecord(folder);
    if (record !== undefined) return { folder, record };
    throw new ToolError({
      code: "machine/missing",
      message: `lab ${lab} has no virtual machine ${node}`,
      hint: "`plugfest ls` shows what there is",
    });
  };
  const isWindows = (lab: string, node: string) =>
    readRecord(machineFolder(stateFolder, lab, node))?.system === "windows";
  const connect = (lab: string, node: string) => {
    const open = (line: string, signal?: AbortSignal) => wayIn.command(lab, node, line, signal);
    return isWindows(lab, node) ? windowsRemote(lab, node, open) : sshRemote(lab, node, open);
  };
  const setTime = (lab: string, node: string) =>
    isWindows(lab, node) ? setWindowsClock(connect(lab, node), clock) : setClock(connect(lab, node), clock);

  return {
    makes: ({ hardware }) => hardware !== undefined,
    has: (lab, node) => readRecord(machineFolder(stateFolder, lab, node)) !== undefined,
    owns: ({ kind, ref }) => kind === "machine" && folderAt(stateFolder, ref) !== undefined,
    addressOf: (lab, endpoint) => {
      const record = readRecord(machineFolder(stateFolder, lab, endpoint.node));
      const link = record?.links.find(({ network }) => network === endpoint.network);
      return record === undefined ? undefined : (link?.address ?? refuseLink(endpoint, "it is not on that network"));
    },
    observe: async (lab, signal) => {
      signal?.throwIfAborted();
      const found = await Promise.all(allFolders(stateFolder, lab).map(observeMachine));
      return found.flatMap((object) => (object === undefined ? [] : [object]));
    },
    create: async (spec, stamp, secrets, signal) => {
      const { lab, node, system } = spec;
      if (system === "windows") {
        const remote = windowsRemote(lab, node, (line, abort) => wayIn.command(lab, node, line, abort));
        await createWindows(spec, stamp, secrets, surroundings, remote, signal);
      } else await createMachine(spec, stamp, secrets, surroundings, signal);
      await setTime(lab, node);
    },
    remove: async ({ id, ref }, signal) => {
      signal?.throwIfAborted();
      const folder = folderAt(stateFolder, ref);
      const record = folder && readRecord(folder);
      if (folder === undefined || record?.id !== id) return;
      await killQemu(folder, record, clock);
      stopTpm(folder);
      await removeTaps({ ...record, stamp: { ...record.stamp, owner: ownOwner() } }, administer);
      removeFolder(folder);
    },
    machines: (lab, peers) => ({
      power: async (node, to) => {
        const { folder, record } = find(lab, node);
        const changed = await setPower(folder, record, to, surroundings);
        if (changed && to === "on") await setTime(lab, node);
      },
      plug: (endpoint, plugged) => plugLink({ ...find(lab, endpoint.node), endpoint }, plugged),
      fit: (endpoint, fitted) =>
        fitCard({ ...find(lab, endpoint.node), endpoint }, connect(lab, endpoint.node), clock, fitted),
      shape: (endpoint, shape) =>
        shapeLink({ ...find(lab, endpoint.node), endpoint }, connect(lab, endpoint.node), shape, administer),
      block: async (from, to, blocked) => {
        const addresses = await Promise.all(to.map((node) => peers({ node, network: from.network })));
        await blockLink({ ...find(lab, from.node), endpoint: from }, connect(lab, from.node), addresses, blocked);
      },
      snapshot: (node, name) => takeSnapshot({ ...find(lab, node), name }),
      restore: async (node, name) => {
        const found = find(lab, node);
        await restoreSnapshot({ ...found, name });
        wayIn.forget(found.record);
        await setTime(lab, node);
      },
      throttle: (node, _path, bytesPerSecond) => {
        if (bytesPerSecond === null) return Promise.resolve();
        const message = `could not limit the disk of ${node}: it is a virtual machine`;
        const hint = "the disks of containers alone can be slowed down";
        return Promise.reject(new ToolError({ code: "storage/not-slow", message, hint }));
      },
    }),
    connect,
    logs: (lab, node, options = {}) => {
      const { folder, record } = find(lab, node);
      return Promise.resolve(readConsole(consoleText(folder), record.createdMs, options));
    },
  };
}

/** Windows is told what to do in PowerShell, and has plugfest's files in a folder of their own. */
function windowsRemote(lab: string, node: string, open: OpenCommand): Remote {
  return sshRemote(lab, node, open, windowsHost.root({ lab, node }), windowsHost.shell);
}

async function observeMachine(folder: MachineFolder): Promise<ObservedObject | undefined> {
  const record = readRecord(folder);
  if (record === undefined) return undefined;
  const { id, lab, specHash, createdMs, stamp } = record;
  const power = await powerOf(folder, record);
  return {
    ...{ id, lab, kind: "machine", ref: folder.path, specHash, createdMs, stamp },
    state: power === "on" ? "ready" : "stopped",
    stateReason:
      power === "on"
        ? ""
        : power === "frozen"
          ? `Up (Paused: ${await whyFrozen(folder, record)})`
          : `Exited (${whyOff(consoleText(folder))})`,
  };
}

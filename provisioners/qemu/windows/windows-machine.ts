import { copyFileSync, cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { ToolError } from "../../../core/errors.js";
import type { FileSpec, Remote } from "../../../core/remote.js";
import { findWindowsImage, type WindowsImage } from "../../../images/windows-image/windows-store.js";
import type { MachineObject, Stamp } from "../../../topologies/objects.js";
import { windowsHost } from "../../ssh/windows-host.js";
import { findAccelerator } from "../accelerator.js";
import { consoleText } from "../console.js";
import { placeMachine, keysOf } from "../create-machine.js";
import { hear, lastLines } from "../hear.js";
import type { MachineFolder, MachineRecord } from "../machine-folder.js";
import { killQemu, powerOf, startQemu, whyFrozen } from "../qemu-process.js";
import type { QemuSurroundings } from "../surroundings.js";
import { windowsCommandLine } from "./command-line.js";
import { requireFirmware } from "./firmware.js";
import { windowsFiles } from "./hardware.js";
import { moreRoom } from "./once-on.js";
import { screenPath, takeScreen } from "./screen.js";
import { writeWindowsSeed } from "./seed.js";
import { startTpm } from "./tpm.js";

/** The last that images/windows/setup/start.ps1 says. */
const ready = "plugfest: ready";

/** The first start of a sealed Windows goes through the rest of its setup. */
const startWithinMs = { kvm: 20 * 60_000, tcg: 3 * 3_600_000 };

/**
 * Makes a machine with Windows and starts it; returns when commands can be given and its files are there. One that a killed
 * command left half made is carried on with, from its disk's beginning.
 */
export async function createWindows(
  spec: MachineObject,
  stamp: Stamp,
  secrets: readonly FileSpec[],
  surroundings: QemuSurroundings,
  remote: Remote,
  signal?: AbortSignal,
): Promise<void> {
  const image = windowsImageOf(spec, surroundings.stateFolder);
  const placed = await placeMachine(spec, stamp, image, surroundings, signal);
  if (placed === undefined) return;
  const { folder, record, prefixes, isSeeded } = placed;
  if (!isSeeded) {
    copyFileSync(image.variables, folder.at(windowsFiles.variables));
    if (existsSync(image.tpmState)) cpSync(image.tpmState, folder.at("tpm"), { recursive: true });
    await writeWindowsSeed(folder, { record, prefixes, ...keysOf(folder) });
  }
  await startWindows(folder, record, surroundings, signal);
  if (isSeeded) return;
  const who = `the virtual machine ${spec.node}`;
  const addresses = spec.endpoints.map(({ address }) => address);
  await windowsHost.check(remote, addresses, who);
  await windowsHost.prepare(remote, windowsHost.root(spec));
  signal?.throwIfAborted();
  await remote.put([...spec.files, ...secrets]);
  // Last: with it the machine is whole.
  writeFileSync(folder.at("seeded"), "");
}

/** Starts a machine with Windows that is off. */
export async function startWindows(
  folder: MachineFolder,
  record: MachineRecord,
  { stateFolder, clock }: Pick<QemuSurroundings, "stateFolder" | "clock">,
  signal?: AbortSignal,
): Promise<void> {
  const image = windowsImageOf(record, stateFolder);
  const firmware = requireFirmware();
  const accelerator = await findAccelerator({ firmware }, stateFolder);
  const from = consoleText(folder).length;
  rmSync(folder.at("qmp.sock"), { force: true });
  if (image.tpm) await startTpm(folder, clock);
  await startQemu(folder, record, windowsCommandLine({ record, image, accelerator, firmware }), clock);
  const withinMs = startWithinMs[accelerator];
  const anew = `\`plugfest down ${record.lab}\` and \`up\` give it a new disk; docs/windows.md says what its start does`;
  if (await hear({ folder, record, clock, anew, ...(signal && { signal }) }, ready, { from, withinMs })) return;
  const isFull = (await powerOf(folder, record)) === "frozen";
  const stood = isFull ? `: ${await whyFrozen(folder, record)}` : "";
  const screen = await takeScreen(folder, record.node, screenPath(stateFolder, `${record.lab}-${record.node}`));
  await killQemu(folder, record, clock);
  throw new ToolError({
    code: "machine/no-ssh",
    message: `${record.node} of ${record.lab} did not come up within ${String(withinMs / 60_000)} min: its Windows did not say "${ready}"${stood}`,
    stderrTail: lastLines(consoleText(folder).slice(from)),
    logPath: screen ?? folder.at("console.log"),
    hint: isFull ? moreRoom : "the picture has what its screen showed then; docs/windows.md says what its start does",
  });
}

/** The image that a machine starts from, or a ToolError. */
function windowsImageOf({ image }: { readonly image: string }, stateFolder: string): WindowsImage {
  const found = findWindowsImage(stateFolder, image);
  if (found !== undefined) return found;
  throw new ToolError({
    code: "image/missing",
    message: `this disk does not have the image of Windows ${image}`,
    hint: "it was removed while it was needed: `plugfest images add windows` makes one",
  });
}

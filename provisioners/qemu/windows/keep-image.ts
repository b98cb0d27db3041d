import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../../core/clock.js";
import type { Emit } from "../../../core/event-log.js";
import { withLock } from "../../../core/lock.js";
import { BuildLog } from "../../../images/build-log.js";
import { windowsHash } from "../../../images/windows-image/windows-hash.js";
import {
  findWindowsImage,
  removeUnfinishedWindows,
  renewWindowsImage,
  sealWindowsImage,
  type WindowsFacts,
  type WindowsImage,
  windowsImageFolder,
  windowsLock,
  windowsTag,
} from "../../../images/windows-image/windows-store.js";
import { findAccelerator, requireQemu } from "../accelerator.js";
import type { MachineFolder } from "../machine-folder.js";
import { requireFirmware } from "./firmware.js";
import { windowsFiles } from "./hardware.js";
import type { Building } from "./once-on.js";
import { newVariables } from "./qemu-img.js";
import { screenPath } from "./screen.js";

export interface AddSurroundings {
  readonly emit: Emit;
  readonly clock: Clock;
  readonly stateFolder: string;
  readonly signal?: AbortSignal;
  /** What topologies are to call it; null for no name. */
  readonly name: string | null;
}

/** What an image is made of. */
export interface Kept {
  /** What decides what it is, and what is known of it beforehand. */
  readonly files: readonly (string | undefined)[];
  readonly words: unknown;
  readonly facts: Omit<WindowsFacts, "system" | "addedMs" | "name">;
}

/** Makes an image in a folder of its own, which is the image then or nothing; `make` gives what its Windows says that it is. */
export async function keepImage(
  { files, words, facts }: Kept,
  { emit, clock, stateFolder, signal, name }: AddSurroundings,
  make: (building: Omit<Building, "memoryMiB">) => Promise<string>,
): Promise<WindowsImage> {
  await requireQemu();
  const firmware = requireFirmware();
  const tag = windowsTag(await windowsHash(files, words));
  const onWait = () => {
    emit({ type: "image.progress", image: tag, line: "waiting for another plugfest, which is building" });
  };
  return withLock(windowsLock(stateFolder), { onWait, ...(signal && { signal }) }, async () => {
    const there = findWindowsImage(stateFolder, tag);
    if (there !== undefined) {
      const renewed = renewWindowsImage(stateFolder, there, { addedMs: clock.now(), name });
      emit({ type: "image.ready", image: tag, built: false, seconds: 0 });
      return renewed;
    }
    removeUnfinishedWindows(stateFolder);
    const startMs = clock.now();
    const accelerator = await findAccelerator({ firmware }, stateFolder);
    const file = tag.replace(/[/:]/g, "-");
    const log = new BuildLog(tag, join(stateFolder, "images", `${file}.log`), emit, clock);
    emit({ type: "image.started", image: tag, why: `it is made of ${facts.from}`, logPath: log.path });
    if (accelerator === "tcg") emit({ type: "note", level: "warning", text: emulated });
    const unfinished = `${windowsImageFolder(stateFolder, tag)}.unfinished`;
    const folder: MachineFolder = { path: unfinished, at: (file) => join(unfinished, file) };
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });
    try {
      await newVariables(firmware.variables, folder.at(windowsFiles.variables));
      const system = await make({
        ...{ folder, accelerator, firmware, devices: facts.devices, tpm: facts.tpm, clock },
        ...{ screen: screenPath(stateFolder, file), ...(signal && { signal }) },
        onLine: (line) => {
          log.line(line);
        },
      });
      clear(unfinished);
      const image = sealWindowsImage(stateFolder, tag, unfinished, { ...facts, name, system, addedMs: clock.now() });
      emit({ type: "image.ready", image: tag, built: true, seconds: (clock.now() - startMs) / 1000 });
      return image;
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  });
}

const emulated =
  "KVM does not run machines on this host, so this one is emulated: what takes minutes with KVM takes hours";

/** Leaves what an image consists of. The CD with the answers has the administrator's password. */
function clear(folder: string): void {
  const kept: readonly string[] = [windowsFiles.root, windowsFiles.variables, "tpm"];
  for (const name of readdirSync(folder)) {
    if (!kept.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

import { rmSync } from "node:fs";
import type { Clock } from "../../../core/clock.js";
import type { WindowsFacts } from "../../../images/windows-image/windows-store.js";
import type { Accelerator } from "../command-line.js";
import type { MachineFolder } from "../machine-folder.js";
import { killQemu, type MachineName, startQemu } from "../qemu-process.js";
import type { Firmware } from "./firmware.js";
import { windowsCard, windowsFiles, windowsHardware } from "./hardware.js";
import { startTpm, stopTpm } from "./tpm.js";

/** What to do where an image, or a machine of one, has no more room. */
export const moreRoom =
  "free disk space, or set PLUGFEST_STATE to a folder on another disk: a Windows takes some 15 GB, and each of its machines a few more";

/** What an image is made with. */
export interface Building extends Pick<WindowsFacts, "devices" | "tpm"> {
  /** Of nobody else, and QEMU's working directory. */
  readonly folder: MachineFolder;
  readonly accelerator: Accelerator;
  readonly firmware: Firmware;
  readonly memoryMiB: number;
  /** Where to leave a picture of its screen, should it fail. */
  readonly screen: string;
  readonly onLine: (line: string) => void;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Has the machine of an image on while there is work with it, and no longer: it ends with this process, however that ends. What is
 * left of it in its folder is the image.
 */
export async function onceOn<T>(
  { folder, accelerator, firmware, memoryMiB, devices, tpm, clock }: Building,
  name: MachineName,
  { cds, network }: { readonly cds: readonly string[]; readonly network: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    if (tpm) await startTpm(folder, clock, { endsWithUs: true });
    const hardware = windowsHardware({
      ...{ uuid: name.uuid, name: `plugfest-image-${name.node}`, accelerator, firmware, memoryMiB, devices, tpm, cds },
    });
    const args = [...hardware, "-netdev", network, ...windowsCard(devices, "netdev=mgmt")];
    await startQemu(folder, name, args, clock, { endsWithUs: true });
    return await work();
  } finally {
    await killQemu(folder, name, clock);
    stopTpm(folder);
    for (const file of ["qmp.sock", "qemu.pid", windowsFiles.tpmSocket]) rmSync(folder.at(file), { force: true });
  }
}

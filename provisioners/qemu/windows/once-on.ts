import { rmSync } from "node:fs";
import { abortable } from "../../../core/abortable.js";
import type { Clock } from "../../../core/clock.js";
import type { ToolError } from "../../../core/errors.js";
import type { WindowsFacts } from "../../../images/windows-image/windows-store.js";
import type { Accelerator } from "../command-line.js";
import type { MachineFolder } from "../machine-folder.js";
import { killQemu, type MachineName, powerOf, startQemu, whyFrozen } from "../qemu-process.js";
import { startFile } from "../qemu-start.js";
import type { Firmware } from "./firmware.js";
import { windowsCard, windowsFiles, windowsHardware } from "./hardware.js";
import { startTpm, stopTpm } from "./tpm.js";

/** What to do where an image, or a machine of one, has no more room: for that QEMU stops it. */
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

/** What a machine has for that time. */
export interface Once {
  readonly cds: readonly string[];
  /** QEMU's network backend `mgmt`. */
  readonly network: string;
  /** The error that says what became of it, and what to do. */
  readonly failed: (what: string, hint: string) => Promise<ToolError>;
}

const lookEveryMs = 2000;

/**
 * Has the machine of an image on while there is work with it, and no longer: it ends with this process, however that ends, and when
 * it stands still or `signal` aborts the work is not waited for. What is left of it in its folder is the image.
 */
export async function onceOn<T>(
  { folder, accelerator, firmware, memoryMiB, devices, tpm, clock, signal }: Building,
  name: MachineName,
  { cds, network, failed }: Once,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const stopped = async (): Promise<never> => {
    throw await failed(`stands still: ${await standsStill(folder, name, clock, over.signal)}`, moreRoom);
  };
  try {
    if (tpm) await startTpm(folder, clock, { endsWithUs: true });
    const hardware = windowsHardware({
      ...{ uuid: name.uuid, name: `plugfest-image-${name.node}`, accelerator, firmware, memoryMiB, devices, tpm, cds },
    });
    const args = [...hardware, "-netdev", network, ...windowsCard(devices, "netdev=mgmt")];
    await startQemu(folder, name, args, clock, { endsWithUs: true });
    return await abortable(Promise.race([work(), stopped()]), signal);
  } finally {
    over.abort();
    await killQemu(folder, name, clock);
    stopTpm(folder);
    for (const file of ["qmp.sock", "qemu.pid", startFile, windowsFiles.tpmSocket]) {
      rmSync(folder.at(file), { force: true });
    }
  }
}

/** Resolves, with the reason, when QEMU has stopped the machine. */
async function standsStill(
  folder: MachineFolder,
  name: MachineName,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    // One that does not answer is the work's to notice.
    const power = await powerOf(folder, name).catch(() => undefined);
    if (power === "frozen") return whyFrozen(folder, name);
    await clock.sleep(lookEveryMs, signal);
  }
}

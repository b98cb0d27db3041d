import type { WindowsImage } from "../../../images/windows-image/windows-store.js";
import type { Accelerator } from "../command-line.js";
import type { MachineRecord } from "../machine-folder.js";
import type { Firmware } from "./firmware.js";
import { windowsCard, windowsHardware, windowsManagement, windowsWayIn } from "./hardware.js";

export interface WindowsCommandLine {
  readonly record: MachineRecord;
  readonly image: Pick<WindowsImage, "devices" | "tpm">;
  readonly accelerator: Accelerator;
  readonly firmware: Firmware;
}

/** The arguments of qemu-system-x86_64 for a lab's machine with Windows. Nothing secret is among them. */
export function windowsCommandLine({ record, image, accelerator, firmware }: WindowsCommandLine): string[] {
  const { devices, tpm } = image;
  const { uuid, lab, node, memoryMiB } = record;
  const links = record.links.flatMap(({ tap, mac }, index) => {
    const id = `link${String(index)}`;
    return [
      ...["-netdev", `tap,id=${id},ifname=${tap},script=./tap-${String(index)},downscript=no`],
      ...windowsCard(devices, `id=nic-${id},netdev=${id},mac=${mac}`),
    ];
  });
  return [
    ...windowsHardware({
      ...{ uuid, name: `plugfest-${lab}-${node}`, accelerator, firmware, memoryMiB, devices, tpm },
      cds: ["seed.iso"],
    }),
    ...links,
    ...["-netdev", windowsWayIn, ...windowsCard(devices, `netdev=mgmt,mac=${windowsManagement.mac}`)],
  ];
}

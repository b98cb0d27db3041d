import type { WindowsFacts } from "../../../images/windows-image/windows-store.js";
import type { Accelerator } from "../command-line.js";
import type { Firmware } from "./firmware.js";

/** Without the words of hv_, Windows believes that it runs on a processor of its own, and waits where it need not. */
const accelerators: Readonly<Record<Accelerator, readonly string[]>> = {
  kvm: ["-accel", "kvm", "-cpu", "host,hv_relaxed,hv_spinlocks=0x1fff,hv_vapic,hv_time"],
  tcg: ["-accel", "tcg,thread=multi,tb-size=512", "-cpu", "max,-svm,-la57"],
};

export interface WindowsHardware extends Pick<WindowsFacts, "devices" | "tpm"> {
  readonly uuid: string;
  readonly name: string;
  readonly accelerator: Accelerator;
  readonly firmware: Firmware;
  readonly memoryMiB: number;
  /** Files of CDs, each in a drive of its own. */
  readonly cds: readonly string[];
}

/** Names of a machine's files; its folder is QEMU's working directory. */
export const windowsFiles = { root: "root.qcow2", variables: "variables.qcow2", tpmSocket: "tpm.sock" } as const;

/**
 * The arguments of qemu-system-x86_64 for a machine that Windows knows by its own drivers, AHCI and e1000e, or by those of
 * virtio, but for its network cards. Its disk comes before its CDs: what is empty is not started from.
 */
export function windowsHardware(hardware: WindowsHardware): string[] {
  const { uuid, name, accelerator, firmware, memoryMiB, devices, tpm, cds } = hardware;
  const disk = devices === "virtio" ? "virtio-blk-pci" : "ide-hd,bus=ide.0";
  return [
    ...["-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35"],
    ...accelerators[accelerator],
    ...["-smp", "2", "-m", String(memoryMiB), "-uuid", uuid, "-name", name],
    ...["-drive", `if=pflash,format=raw,readonly=on,file=${escaped(firmware.code)}`],
    ...["-drive", `if=pflash,format=qcow2,file=${windowsFiles.variables}`],
    // What is on the screen is what is left to see when nothing else is told.
    ...["-device", "VGA"],
    ...["-chardev", "file,id=console,path=console.log,append=on", "-serial", "chardev:console"],
    ...["-qmp", "unix:qmp.sock,server=on,wait=off", "-pidfile", "qemu.pid"],
    ...["-drive", `if=none,id=root,file=${windowsFiles.root},format=qcow2,cache=unsafe,discard=unmap`],
    ...["-device", `${disk},drive=root,bootindex=1`],
    ...cds.flatMap((path, index) => [
      ...["-drive", `if=none,id=cd${String(index)},file=${escaped(path)},format=raw,readonly=on,media=cdrom`],
      ...["-device", `ide-cd,bus=ide.${String(index + 1)},drive=cd${String(index)},bootindex=${String(index + 2)}`],
    ]),
    ...(tpm
      ? [
          ...["-chardev", `socket,id=tpm,path=${windowsFiles.tpmSocket}`],
          ...["-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm0"],
        ]
      : []),
  ];
}

/** A network card: of those that every Windows knows, or virtio's. */
export function windowsCard(devices: WindowsFacts["devices"], options: string): string[] {
  return ["-device", `${devices === "virtio" ? "virtio-net-pci" : "e1000e"},${options},romfile=`];
}

/**
 * The network of the way in, which QEMU keeps to itself: TEST-NET-1 (RFC 5737), which nobody has. Windows takes addresses of
 * 169.254.0.0/16 for a sign that there is no network.
 */
export const windowsManagement = {
  ...{ network: "192.0.2.0/24", address: "192.0.2.15", prefix: 24 },
  mac: "52:54:00:ff:00:01",
} as const;

/** A network of QEMU's own that leads to the machine's sshd from a port of the loopback, and from the machine nowhere. */
export const windowsWayIn = (() => {
  const { network, address } = windowsManagement;
  return `user,id=mgmt,net=${network},dhcpstart=${address},restrict=on,hostfwd=tcp:127.0.0.1:0-${address}:22`;
})();

/** Commas part QEMU's options; in a value they are doubled. */
function escaped(path: string): string {
  return path.replaceAll(",", ",,");
}

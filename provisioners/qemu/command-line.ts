import type { MachineImage } from "../../images/machine-store.js";
import type { MachineRecord } from "./machine-folder.js";
import { quoted } from "../../core/quoted.js";
import { management } from "./seed.js";

export type Accelerator = "kvm" | "tcg";

export interface CommandLine {
  readonly record: MachineRecord;
  readonly image: MachineImage;
  readonly accelerator: Accelerator;
  /** The file of a saved state to go on from, instead of booting. */
  readonly restore: string | undefined;
}

/**
 * With svm, an emulated processor would have the guest load kvm_amd. Without svm it does not say how wide addresses are,
 * Linux takes them to be 48 bits wide, and with la57 they are 57: the kernel then refuses to copy its own memory where it
 * may fault, and the names in each path that it makes are rows of the letter x (prepend_copy in fs/d_path.c). With erms and
 * fsrm the guest copies and clears memory by instructions that emulation carries out byte by byte: without them a boot
 * takes a fifth less of the processor's time.
 */
const accelerators: Readonly<Record<Accelerator, readonly string[]>> = {
  kvm: ["-accel", "kvm", "-cpu", "host"],
  tcg: ["-accel", "tcg,thread=multi,tb-size=256", "-cpu", "max,-svm,-la57,-erms,-fsrm"],
};

/**
 * No calibration against timers that emulation makes late, no mitigations of flaws that are not there. What the second line
 * leaves out (clearing of each page that is given out, security modules, audit, self-tests of ciphers, random addresses of
 * the kernel) takes a sixth of an emulated boot, and no cluster test needs it. A kernel with a bug of its own panics: what
 * hangs in it would hang whoever waits for it.
 */
const kernelArguments =
  "console=ttyS0 loglevel=4 panic=-1 oops=panic mitigations=off tsc=reliable no_timer_check random.trust_cpu=on net.ifnames=0 " +
  "init_on_alloc=0 lsm= audit=0 cryptomgr.notests nokaslr rcupdate.rcu_expedited=1";

/**
 * An emulated processor's time stamp counter is the host's, and a guest that is kept waiting while it measures its frequency
 * gets that wrong: by half and more on a busy host, and its clock is as wrong from then on. HPET says its own frequency.
 */
const clocks: Readonly<Record<Accelerator, string>> = { kvm: "", tcg: " clocksource=hpet" };

/**
 * The arguments of qemu-system-x86_64 for one machine, whose folder is the working directory. Its interfaces come in the
 * order of its links, and the way in is the last. Nothing secret is among them.
 */
export function commandLine({ record, image, accelerator, restore }: CommandLine): string[] {
  const links = record.links.flatMap(({ tap, mac }, index) => {
    const { device, netdev } = linkDevice(index, mac);
    const { driver, ...properties } = device;
    return [
      ...port(index),
      ...["-netdev", `tap,id=${netdev},ifname=${tap},script=./tap-${String(index)},downscript=no`],
      ...["-device", [driver, ...Object.entries({ ...properties, netdev }).map((pair) => pair.join("="))].join(",")],
    ];
  });
  const { network, address } = management;
  const wayIn = `user,id=mgmt,net=${network},dhcpstart=${address},restrict=on,hostfwd=tcp:127.0.0.1:0-${address}:22`;
  return [
    ...hardware(record.memoryMiB, accelerator),
    ...["-uuid", record.uuid, "-name", `plugfest-${record.lab}-${record.node}`],
    ...["-kernel", image.kernel, "-initrd", image.initrd, "-append", kernelArguments + clocks[accelerator]],
    ...["-chardev", "file,id=console,path=console.log,append=on", "-serial", "chardev:console"],
    ...["-qmp", "unix:qmp.sock,server=on,wait=off", "-pidfile", "qemu.pid"],
    ...disk("root", "root.qcow2", "format=qcow2"),
    // A snapshot takes in all disks that can be written to, and a raw one has no room for it.
    ...disk("seed", "seed", "format=raw,readonly=on"),
    ...record.disks.flatMap(({ name, path }) => [
      // Several machines write to it at once, and agree among themselves.
      ...["-drive", `if=none,id=${name},file=${path.replaceAll(",", ",,")},format=raw,cache=unsafe,file.locking=off`],
      ...["-device", `virtio-blk-pci,drive=${name},serial=${name},share-rw=on`],
    ]),
    ...record.folders.flatMap(({ name, path }) => [
      // As root, which QEMU is, with the owners and attributes that the guest gives: those of the host's files.
      ...["-fsdev", `local,id=${name},path=${path.replaceAll(",", ",,")},security_model=passthrough`],
      ...["-device", `virtio-9p-pci,fsdev=${name},mount_tag=${name}`],
    ]),
    ...links,
    ...port(record.links.length),
    ...["-netdev", wayIn, "-device", `virtio-net-pci,netdev=mgmt,romfile=,bus=${portOf(record.links.length)}`],
    ...["-device", "virtio-rng-pci"],
    ...(restore === undefined ? [] : ["-incoming", `exec:cat ${quoted(restore)}`]),
  ];
}

/** The card of a link, in the words of QMP's device_add, and what it is connected to, which stays when it is taken out. */
export function linkDevice(index: number, mac: string) {
  const link = `link${String(index)}`;
  const device = { driver: "virtio-net-pci", id: `nic-${link}`, mac, romfile: "", bus: portOf(index) };
  return { device, netdev: link };
}

/** A card that can be taken out of a running machine is behind a port of its own; all are, for they are found in that order. */
function port(index: number): string[] {
  return ["-device", `pcie-root-port,id=${portOf(index)},chassis=${String(index + 1)}`];
}

function portOf(index: number): string {
  return `port${String(index)}`;
}

/** What decides, beside the image, whether a saved state fits a machine. */
export function hardware(memoryMiB: number, accelerator: Accelerator): string[] {
  return [
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-machine", "q35"],
    ...accelerators[accelerator],
    ...["-smp", "1", "-m", String(memoryMiB)],
  ];
}

/** A machine's disks need not survive the host's power loss. The guest knows each by its serial number. */
function disk(name: string, file: string, options: string): string[] {
  return [
    ...["-drive", `if=none,id=${name},file=${file},${options},cache=unsafe`],
    ...["-device", `virtio-blk-pci,drive=${name},serial=${name}`],
  ];
}

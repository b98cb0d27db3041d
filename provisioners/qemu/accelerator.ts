import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { MachineImage } from "../../images/machine-store.js";
import { ToolError } from "../../core/errors.js";
import { ownOwner } from "../../core/owner.js";
import { type Accelerator, hardware } from "./command-line.js";
import { lackOfKvm } from "./kvm.js";
import { qemuProgram } from "./qemu-process.js";
import type { Firmware } from "./windows/firmware.js";

/** What a machine starts with: Debian's kernel, or the firmware. */
type StartedWith = Pick<MachineImage, "kernel"> | { readonly firmware: Firmware };

/**
 * Whether this host's KVM runs machines. That /dev/kvm exists says little: under some hypervisors QEMU starts with it and
 * the guest's kernel dies, or takes minutes. So a kernel or a firmware is started, once for each boot of the host.
 */
export async function findAccelerator(starts: StartedWith, stateFolder: string): Promise<Accelerator> {
  if (lackOfKvm() !== undefined) return "tcg";
  const known = await knownAccelerator(stateFolder);
  if (known !== undefined) return known;
  const found = (await kvmRuns(starts)) ? "kvm" : "tcg";
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(join(stateFolder, "accelerator"), `${await triedWith()}\n${found}\n`);
  return found;
}

/** What came of it when KVM was tried since this host's last boot; undefined where it was not. */
export async function knownAccelerator(stateFolder: string): Promise<Accelerator | undefined> {
  const file = join(stateFolder, "accelerator");
  const [asked, answer] = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return asked === (await triedWith()) && (answer === "kvm" || answer === "tcg") ? answer : undefined;
}

async function triedWith(): Promise<string> {
  return `${ownOwner().bootId} ${await qemuVersion()}`;
}

let known = "";

/** The first line of `qemu-system-x86_64 --version`, empty where there is none. Asked until there is one. */
export async function qemuVersion(): Promise<string> {
  if (known !== "") return known;
  const result = await execa(qemuProgram, ["--version"], { reject: false, stdin: "ignore" });
  known = result.failed ? "" : (result.stdout.split("\n")[0] ?? "");
  return known;
}

/** Before an image is built for minutes that nothing could boot. */
export async function requireQemu(): Promise<void> {
  if ((await qemuVersion()) !== "") return;
  throw new ToolError({
    code: "machine/no-qemu",
    message: "there are virtual machines in the topology, and this host has no QEMU",
    command: `${qemuProgram} --version`,
    hint: "install qemu-system-x86 and qemu-utils, or let `plugfest doctor --fix` do it; `runtime: docker` takes containers",
  });
}

async function kvmRuns(starts: StartedWith): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-kvm-"));
  try {
    const log = join(folder, "console");
    // Without a disk the kernel panics, and the machine ends; the firmware says so, and goes on to its shell.
    const [start, says] =
      "kernel" in starts
        ? [["-kernel", starts.kernel, "-append", "console=ttyS0 panic=-1"], "Kernel panic - not syncing: VFS"]
        : [["-drive", `if=pflash,format=raw,readonly=on,file=${starts.firmware.code}`], "BdsDxe"];
    const args = [...hardware(256, "kvm"), ...start, "-serial", `file:${log}`];
    await execa(qemuProgram, args, { reject: false, stdin: "ignore", timeout: 10_000 });
    return existsSync(log) && readFileSync(log, "utf8").includes(says);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemClock } from "../../core/clock.js";
import { asset } from "../../core/paths.js";
import { ensureMachineImage } from "../../images/machine-build.js";
import { machineRecipe } from "../../images/machine-recipe.js";
import { programFiles } from "../../images/recipe.js";
import { fat, grub, run } from "./uefi-medium.js";
import { standInProgram } from "./windows-stand-in.js";

const own = new URL("windows-guest/", import.meta.url).pathname;

/** What a machine of plugfest's does without: the controller of disks and CDs, their drivers, the card that Windows knows. */
const modules = `
^drivers/ata/(libata|libahci|ahci)
^drivers/scsi/(scsi_|sd_mod|sr_mod)
^drivers/(cdrom|net/ethernet/intel/e1000e|ptp|pps)/
^fs/isofs/
`;

const configuration = `
search --file --set=root /kernel
linux /kernel console=ttyS0 loglevel=4 panic=-1 mitigations=off no_timer_check tsc=reliable random.trust_cpu=on net.ifnames=0 lsm= audit=0
initrd /initrd
boot
`;

/**
 * A disk as one has it with a Windows: UEFI starts it, there is an OpenSSH in it that lets pat in by this key, and it runs what it
 * is told in PowerShell. It is a Debian, whose `powershell` knows what plugfest says to Windows.
 */
export async function windowsGuest(folder: string, stateFolder: string, authorizedKey: string): Promise<string> {
  const at = (name: string) => join(folder, name);
  const image = await ensureMachineImage(machineRecipe("plain", { images: recipe(at("images")) }), {
    ...{ stateFolder, clock: systemClock, emit: () => undefined },
  });
  run("qemu-img", "convert", "-O", "raw", image.root, at("root.raw"));
  plant(at("root.raw"), at("planted"), authorizedKey);
  grub(at("guest.efi"), configuration);
  const files = { "EFI/BOOT/BOOTX64.EFI": at("guest.efi"), kernel: image.kernel, initrd: image.initrd };
  fat(at("system.raw"), 96, files);
  const [system, root] = [at("system.raw"), at("root.raw")].map((path) => statSync(path).size / 2 ** 20) as [
    number,
    number,
  ];
  const disk = at("disk.raw");
  run("dd", "if=/dev/zero", `of=${disk}`, "bs=1M", "count=0", `seek=${String(system + root + 2)}`, "status=none");
  const table = `label: gpt\nstart=1MiB, size=${String(system)}MiB, type=U\nsize=${String(root)}MiB, type=L\n`;
  const parted = spawnSync("sfdisk", ["--quiet", disk], { input: table, encoding: "utf8" });
  if (parted.status !== 0) throw new Error(`sfdisk: ${parted.stderr}`);
  const into = (from: string, mebibyte: number) => {
    run("dd", `if=${from}`, `of=${disk}`, "bs=1M", `seek=${String(mebibyte)}`, "conv=notrunc,sparse", "status=none");
  };
  into(at("system.raw"), 1);
  into(at("root.raw"), 1 + system);
  run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", disk, at("guest.qcow2"));
  return at("guest.qcow2");
}

/**
 * The recipe of plugfest's machines, with the drivers that the stand-in takes and what loads them. All else is planted, so that
 * the image, which takes minutes to make, stays the same when the stand-in changes.
 */
function recipe(images: string): string {
  const folder = join(images, "machine");
  cpSync(asset("images", "machine"), folder, { recursive: true });
  copyFileSync(join(own, "initrd-init"), join(folder, "initrd-init"));
  appendFileSync(join(folder, "modules"), modules);
  const finish = readFileSync(join(folder, "finish"), "utf8");
  writeFileSync(
    join(folder, "finish"),
    finish.replace("for module in virtio_pci ", "for module in ahci sd_mod sr_mod isofs e1000e virtio_pci "),
  );
  return images;
}

/** Puts files into a file system that is mounted nowhere. */
function plant(fileSystem: string, folder: string, authorizedKey: string): void {
  const script = `#!/bin/sh\nSTAND_IN_OWNS_CLOCK=1 STAND_IN_PROGRAM=/usr/lib/plugfest exec python3 /usr/local/lib/stand-in.py "$@"\n`;
  const passwd = spawnSync("debugfs", ["-R", "cat /etc/passwd", fileSystem], { encoding: "utf8" }).stdout;
  const text = (path: string) => readFileSync(path, "utf8");
  const files = [
    ...programFiles(),
    { path: "/etc/passwd", content: `${passwd}pat:x:0:0::/root:/bin/sh\n`, mode: 0o644 },
    { path: "/usr/lib/plugfest/init", content: text(join(own, "init")), mode: 0o755 },
    { path: "/etc/plugfest/authorized_keys", content: `${authorizedKey}\n`, mode: 0o600 },
    { path: "/usr/local/bin/powershell", content: script, mode: 0o755 },
    { path: "/usr/local/lib/stand-in.py", content: text(standInProgram), mode: 0o644 },
    { path: "/usr/local/lib/start.py", content: text(join(own, "start.py")), mode: 0o644 },
    { path: "/usr/local/lib/dhcp", content: text(join(own, "dhcp")), mode: 0o755 },
  ];
  const folders = new Set<string>();
  const commands = files.map(({ path, content, mode }, index) => {
    const from = join(folder, String(index));
    mkdirSync(folder, { recursive: true });
    writeFileSync(from, content, { mode });
    folders.add(dirname(path));
    return `rm ${path}\nwrite ${from} ${path}\n`;
  });
  const list = join(folder, "commands");
  writeFileSync(
    list,
    `${[...folders]
      .sort()
      .map((path) => `mkdir ${path}\n`)
      .join("")}${commands.join("")}`,
  );
  run("debugfs", "-w", "-f", list, fileSystem);
}

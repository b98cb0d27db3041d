import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findFirmware } from "../../provisioners/qemu/windows/firmware.js";

const programs = [
  "sfdisk",
  "grub-mkstandalone",
  "mformat",
  "mcopy",
  "xorriso",
  "7z",
  "genisoimage",
  "swtpm",
  "qemu-system-x86_64",
];

/** What media that UEFI starts are made with here, and machines that start from them: what of it is not installed. */
export function lackingForMedia(): string[] {
  const lacking = programs.filter((name) => spawnSync(name, ["--version"]).error !== undefined);
  if (!existsSync("/usr/lib/grub/x86_64-efi")) lacking.push("GRUB for UEFI");
  if (findFirmware() === undefined) lacking.push("UEFI's firmware");
  return lacking;
}

/** Runs a program, or throws what it says. */
export function run(program: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
}

/** GRUB with a configuration of its own, as a program that UEFI's firmware starts. */
export function grub(path: string, configuration: string): void {
  const file = `${path}.cfg`;
  writeFileSync(file, configuration);
  const modules =
    "normal,serial,echo,search,search_fs_file,test,halt,iso9660,udf,ls,cat,lsacpi,sleep,all_video,part_gpt,fat,linux";
  run(
    ...(["grub-mkstandalone", "-O", "x86_64-efi", "--locales=", "--fonts=", "--themes="] as const),
    ...[
      "--compress=no",
      `--install-modules=${modules.replaceAll(",", " ")}`,
      `--modules=${modules.replaceAll(",", " ")}`,
    ],
    ...["-o", path, `boot/grub/grub.cfg=${file}`],
  );
}

/** A FAT file system with these files, as UEFI's firmware reads it; each a path in it and where it comes from. */
export function fat(path: string, mebibytes: number, files: Readonly<Record<string, string>>): void {
  run("dd", "if=/dev/zero", `of=${path}`, "bs=1M", "count=0", `seek=${String(mebibytes)}`, "status=none");
  run("mformat", "-i", path, "-F", "::");
  const folders = new Set(Object.keys(files).flatMap((name) => parents(name)));
  for (const folder of folders) run("mmd", "-i", path, `::/${folder}`);
  for (const [name, from] of Object.entries(files)) run("mcopy", "-i", path, from, `::/${name}`);
}

function parents(name: string): string[] {
  const folder = dirname(name);
  return folder === "." ? [] : [...parents(folder), folder];
}

/** A medium with the files by which Windows' are known; what UEFI starts from it is GRUB, with this configuration. */
export function uefiMedium(folder: string, name: string, configuration: string): string {
  const tree = join(folder, name);
  const files = ["setup.exe", "sources/boot.wim", "sources/install.wim", "efi/boot/bootx64.efi"];
  for (const file of files) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), file);
  }
  const program = join(folder, `${name}.efi`);
  grub(program, configuration);
  fat(join(tree, "efi/efisys.bin"), 48, { "EFI/BOOT/BOOTX64.EFI": program });
  const iso = join(folder, `${name}.iso`);
  const boots = ["-e", "efi/efisys.bin", "-no-emul-boot"];
  run("xorriso", "-as", "mkisofs", "-quiet", "-J", "-r", "-V", "CCCOMA_X64FRE", ...boots, "-o", iso, tree);
  return iso;
}

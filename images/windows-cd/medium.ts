import { existsSync, statSync } from "node:fs";
import { execa } from "execa";
import { ToolError } from "../../core/errors.js";

/** Files by which a medium is known, in lower case: what UEFI starts, the setup, and what it installs. */
const ofWindows = ["efi/boot/bootx64.efi", "setup.exe", "sources/boot.wim"];
const installed = ["sources/install.wim", "sources/install.esd", "sources/install.swm"];
/** Drivers of a disk and a card of virtio's, each with what its folder has. */
const ofDrivers = { viostor: "viostor.inf", NetKVM: "netkvm.inf" };

/** Windows for which the ISO of virtio-win has drivers, by its names of them, and that can be clients. */
const systems = ["w11", "w10", "2k25", "2k22", "2k19", "2k16"];

/** Looks whether a file is the medium of a Windows for this sort of machine; a ToolError says what it is instead. */
export async function checkWindowsMedium(iso: string): Promise<void> {
  const files = await listed(iso);
  const lacking = [
    ...ofWindows.filter((name) => !files.has(name)),
    ...(installed.some((name) => files.has(name)) ? [] : [`${installed[0] ?? ""} or install.esd`]),
  ];
  if (lacking.length === 0) return;
  const drivers = Object.keys(ofDrivers).every((name) => files.has(name.toLowerCase()));
  const isForArm = files.has("efi/boot/bootaa64.efi");
  throw new ToolError({
    code: "image/no-windows",
    message: `${iso} is no medium of Windows for x64: it has no ${lacking.join(", no ")}`,
    hint: drivers
      ? "it has drivers of virtio: give it with --virtio-iso (--drivers of windows-cd), and a medium of Windows with --iso"
      : isForArm
        ? "it is one for ARM: take the one for x64"
        : "take the ISO of Windows 10, 11 or Windows Server 2016 or later as Microsoft gives it",
  });
}

/**
 * The folders of a CD's drivers of virtio for Windows, such as `viostor\\w11\\amd64`; a ToolError where it has none. Its layout is
 * `<driver>/<system>/<processor>`, as util/filemap.py of virtio-win-pkg-scripts makes it.
 */
export async function driverFolders(iso: string): Promise<string[]> {
  const files = await listed(iso);
  const has =
    (system: string) =>
    ([driver, file]: [string, string]) =>
      files.has(`${driver}/${system}/amd64/${file}`.toLowerCase());
  const supported = systems.filter((system) => Object.entries(ofDrivers).every(has(system)));
  if (supported.length > 0) {
    return Object.keys(ofDrivers).flatMap((driver) => supported.map((system) => `${driver}\\${system}\\amd64`));
  }
  throw new ToolError({
    code: "image/no-drivers",
    message: `${iso} has no drivers of virtio for Windows: no viostor and NetKVM for amd64 of ${systems.join(", ")}`,
    hint: "take virtio-win.iso of the project virtio-win (docs/windows.md), or leave it out: the machine then has a disk and a card that every Windows knows",
  });
}

/** All that a medium has, in lower case. 7z reads UDF, in which Windows' media have all but a note. */
async function listed(iso: string): Promise<ReadonlySet<string>> {
  if (!existsSync(iso) || !statSync(iso).isFile()) {
    const hint = "give the path of the ISO file";
    throw new ToolError({ code: "image/no-medium", message: `there is no file ${iso}`, hint });
  }
  const result = await execa("7z", ["l", "-ba", "-slt", iso], { reject: false, stdin: "ignore" });
  if (result.code === "ENOENT") throw lacks("7z", "p7zip-full");
  const names = [...result.stdout.matchAll(/^Path = (.*)$/gm)].map(([, name = ""]) =>
    name.trim().replaceAll("\\", "/").toLowerCase(),
  );
  if (result.failed || names.length === 0) {
    throw new ToolError({
      code: "image/no-medium",
      message: `${iso} is no ISO file that can be read`,
      command: result.command,
      ...(result.exitCode !== undefined && { exit: result.exitCode }),
      stderrTail: complaints(`${result.stderr}\n${result.stdout}`),
      hint: "compare its checksum with the one where it comes from: it may not be whole",
    });
  }
  return new Set(names);
}

/** What 7z says beside its list. */
function complaints(said: string): string {
  const lines = said.split("\n").filter((line) => /error|warning|cannot|unexpected/i.test(line));
  return lines.join("\n").slice(-1000);
}

/** A program of this host's that the image is made with is not there. */
export function lacks(program: string, debianPackage: string): ToolError {
  return new ToolError({
    code: "host/no-program",
    message: `${program} is not installed on this host, by which CDs are read and written`,
    hint: `apt-get install ${debianPackage}, or let \`plugfest doctor --fix\` do it`,
  });
}

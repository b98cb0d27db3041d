import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Finding } from "../core/finding.js";
import type { KernelSpec } from "./spec.js";

/** What a topology says of a kernel of the user's. */
interface KernelFile {
  readonly image: string;
  readonly modules: string;
}

/** Looks at a kernel and its modules, by paths as seen from `folder`: what they are, or what is wrong with them. */
export function findKernel({ image, modules }: KernelFile, folder: string): KernelSpec | Finding[] {
  const found = { image: resolve(folder, image), modules: resolve(folder, modules) };
  const release = releaseOf(found.image);
  const findings: Finding[] = [];
  if (release === undefined) {
    const message = existsSync(found.image)
      ? `${image} is no kernel for x86 (a bzImage)`
      : `there is no file ${found.image}`;
    const hint = "it is /boot/vmlinuz-<release> of a package, or arch/x86/boot/bzImage of a kernel that was built";
    findings.push({ path: ["kernel", "image"], code: "no-kernel", message, hint });
  }
  const install = "`make modules_install INSTALL_MOD_PATH=<folder>` makes <folder>/lib/modules/<release>";
  const lacking = ["kernel", "modules.builtin", "modules.order"].find((name) => !existsSync(join(found.modules, name)));
  if (lacking !== undefined) {
    const message = `${modules} is no folder of a kernel's modules: it has no ${lacking}`;
    findings.push({ path: ["kernel", "modules"], code: "no-modules", message, hint: install });
  } else if (release !== undefined && basename(found.modules) !== release) {
    const message = `the kernel is ${release}, and these are the modules of ${basename(found.modules)}`;
    findings.push({ path: ["kernel", "modules"], code: "other-modules", message, hint: install });
  }
  return release === undefined || findings.length > 0 ? findings : { release, ...found };
}

/** What a kernel has, as modules or built in, by the modules' names as modprobe(8) knows them. */
export function modulesOf({ modules }: KernelSpec): ReadonlySet<string> {
  const paths = ["modules.builtin", "modules.order"].flatMap((name) =>
    readFileSync(join(modules, name), "utf8").split("\n"),
  );
  return new Set(
    paths.map((path) =>
      basename(path)
        .replace(/\.ko(\.\w+)?$/, "")
        .replaceAll("-", "_"),
    ),
  );
}

/** Where a bzImage has its mark, and the place of its version (Documentation/arch/x86/boot.rst of the kernel). */
const header = { mark: 0x202, version: 0x20e, base: 0x200, bytes: 0x8000 } as const;

/** The release of a bzImage; undefined for other files. */
function releaseOf(path: string): string | undefined {
  const start = Buffer.alloc(header.bytes);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, start, 0, start.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
  if (start.toString("latin1", header.mark, header.mark + 4) !== "HdrS") return undefined;
  const at = header.base + start.readUInt16LE(header.version);
  return /^[!-~]+(?=[ \0])/.exec(start.toString("latin1", at, at + 128))?.[0];
}

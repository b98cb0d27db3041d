import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { asset } from "../core/paths.js";

/** What decides the content of a virtual machine's image; the tag is a hash of it. */
export interface MachineRecipe {
  /** The Debian suite whose kernel and packages it has. */
  readonly suite: string;
  readonly packages: readonly string[];
  /** The folder with the scripts that finish the image. */
  readonly folder: string;
  /** `plugfest/machine:<suite>-<12 hex digits>`. */
  readonly tag: string;
}

/** Raise it when the builder changes what the same recipe gives. */
const machineFormat = 1;

/** The suite with a kernel that has cifs, ksmbd, soft-RoCE and netem as modules. */
const defaultSuite = "trixie";

/** The image of a virtual machine: Debian's kernel, the kernel's own SMB client, RDMA tools, and a way in by ssh. */
export function machineRecipe(suite = defaultSuite, folder = asset("images", "machine")): MachineRecipe {
  const packages = lines(readFileSync(join(folder, "packages"), "utf8"));
  const hash = createHash("sha256").update(`${String(machineFormat)}:${suite}:`);
  for (const name of readdirSync(folder).sort()) {
    const content = readFileSync(join(folder, name));
    hash.update(`${name}:${String(content.length)}:`).update(content);
  }
  return { suite, packages, folder, tag: `plugfest/machine:${suite}-${hash.digest("hex").slice(0, 12)}` };
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { asset } from "../core/paths.js";

/** What decides the content of a virtual machine's image; the tag is a hash of it. */
export interface MachineRecipe {
  /** The Debian suite whose kernel and packages it has. */
  readonly suite: string;
  readonly packages: readonly string[];
  /** The folder with the scripts that finish the image, then the folders of what a variant adds. */
  readonly folders: readonly [string, ...string[]];
  /** `plugfest/machine:<suite>-[<variant>-]<12 hex digits>`. */
  readonly tag: string;
}

/** What a machine may have beyond the ordinary image, each by the folders that add it: `rdma` is verbs and their tools. */
const variants = {
  plain: [],
  rdma: ["machine-rdma"],
} as const;

type MachineVariant = keyof typeof variants;

/** Raise it when the builder changes what the same recipe gives. */
const machineFormat = 2;

/** The suite with a kernel that has cifs, ksmbd, soft-RoCE and netem as modules. */
const defaultSuite = "trixie";

/** The image of a virtual machine: Debian's kernel, the kernel's own SMB client, a way in by ssh, and what its variant adds. */
export function machineRecipe(
  variant: MachineVariant = "plain",
  { suite = defaultSuite, images = asset("images") } = {},
): MachineRecipe {
  const folders = ["machine", ...variants[variant]].map((name) => join(images, name)) as [string, ...string[]];
  const packages = folders.flatMap((folder) => lines(readFileSync(join(folder, "packages"), "utf8")));
  const hash = createHash("sha256").update(`${String(machineFormat)}:${suite}:`);
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort()) {
      const content = readFileSync(join(folder, name));
      hash.update(`${basename(folder)}/${name}:${String(content.length)}:`).update(content);
    }
  }
  const of = variant === "plain" ? suite : `${suite}-${variant}`;
  return { suite, packages, folders, tag: `plugfest/machine:${of}-${hash.digest("hex").slice(0, 12)}` };
}

/** The tags of all variants' images as they are now: others are of earlier versions. */
export function machineTags(): string[] {
  return (Object.keys(variants) as MachineVariant[]).map((variant) => machineRecipe(variant).tag);
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

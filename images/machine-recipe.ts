import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { assert } from "../core/assert.js";
import { asset } from "../core/paths.js";
import type { FileSpec } from "../core/remote.js";
import { catalogueEntry, isReleased, sambaVersions } from "./catalogue.js";
import { treeFiles } from "./recipe.js";

/** What decides the content of a virtual machine's image; the tag is a hash of it. */
export interface MachineRecipe {
  /** The Debian suite whose base it has. */
  readonly suite: string;
  /** The suite its packages come from; differs from `suite` for backports. */
  readonly target: string;
  /** The suite its kernel comes from. */
  readonly kernelSuite: string;
  /** The version of Samba that a cluster's node must have; null for other machines. */
  readonly samba: string | null;
  readonly packages: readonly string[];
  /** The user's kernel instead of that of `kernelSuite`; null for the latter. */
  readonly kernel: OwnKernel | null;
  /** The folder with the scripts that finish the image, then the folders of what a variant adds. */
  readonly folders: readonly [string, ...string[]];
  /** What else it takes to make it, once, in words; null where it is packages alone. */
  readonly once: string | null;
  /** `plugfest/machine:<suite>-[<variant>-]<12 hex digits>`, a node's `plugfest/machine:samba-<version>-[rdma-]<12 hex digits>`. */
  readonly tag: string;
}

/** A kernel of the user's: its release, its bzImage and the folder with its modules. */
export interface OwnKernel {
  readonly release: string;
  readonly image: string;
  readonly modules: string;
}

/**
 * What a machine may have beyond the ordinary image, each by the folders that add it: `rdma` is verbs and their tools,
 * `ksmbd` what makes a server of it, `smbdirect` both, with modules that Debian builds without, which are compiled for it.
 */
const variants = {
  plain: [],
  rdma: ["machine-rdma"],
  ksmbd: ["machine-ksmbd"],
  smbdirect: ["machine-rdma", "machine-ksmbd", "machine-smbdirect"],
} as const;

export type MachineVariant = keyof typeof variants;

const compiles = "the modules cifs, ksmbd and siw are compiled for it from Debian's source, in some minutes";

/** Raise it when the builder changes what the same recipe gives. */
const machineFormat = 2;

/** The suite with a kernel that has cifs, ksmbd, soft-RoCE, OCFS2 and netem as modules. */
const defaultSuite = "trixie";

/** The image of a virtual machine: Debian's kernel, the kernel's own SMB client, a way in by ssh, and what its variant adds. */
export function machineRecipe(
  variant: MachineVariant = "plain",
  {
    suite = defaultSuite,
    images = asset("images"),
    kernel = null,
  }: { readonly suite?: string; readonly images?: string; readonly kernel?: OwnKernel | null } = {},
): MachineRecipe {
  const of = variant === "plain" ? suite : `${suite}-${variant}`;
  const suites = { suite, target: suite, kernelSuite: suite, samba: null };
  const folders = ["machine", ...variants[variant]].map((name) => join(images, name));
  // A kernel of one's own is to have its modules already.
  const once = variant === "smbdirect" && kernel === null ? compiles : null;
  return { ...recipe(of, suites, folders, kernel), once };
}

/**
 * The image of a cluster node that is a virtual machine: a Samba of the catalogue, and the tools of OCFS2; with `rdma` verbs
 * and their tools, too.
 */
export function nodeMachineRecipe(
  samba: string,
  { kernel = null, rdma = false }: { readonly kernel?: OwnKernel | null; readonly rdma?: boolean } = {},
): MachineRecipe {
  const entry = catalogueEntry(samba);
  assert(entry !== undefined, `Samba ${samba} is not in the catalogue`);
  const { base: suite, target } = entry;
  // A suite that moves on would bring another kernel with each build.
  const kernelSuite = isReleased(suite) ? suite : defaultSuite;
  const folders = ["machine", "machine-node", ...(rdma ? variants.rdma : [])].map((name) => asset("images", name));
  return recipe(`samba-${samba}${rdma ? "-rdma" : ""}`, { suite, target, kernelSuite, samba }, folders, kernel);
}

/** What makes a node of such a machine, as files that go in at its start: the same as in a container, and what starts it. */
export function nodeMachineFiles(): FileSpec[] {
  return [...treeFiles(asset("images/node/rootfs"), "/"), ...treeFiles(asset("images/machine-node/rootfs"), "/")];
}

/** What makes a server of such a machine, as files that go in at its start. */
export function serverMachineFiles(): FileSpec[] {
  return treeFiles(asset("images/machine-ksmbd/rootfs"), "/");
}

function recipe(
  name: string,
  suites: Pick<MachineRecipe, "suite" | "target" | "kernelSuite" | "samba">,
  folders: readonly string[],
  kernel: OwnKernel | null,
): MachineRecipe {
  const [first, ...rest] = folders;
  assert(first !== undefined, "an image has a folder");
  const packages = folders.flatMap((folder) => lines(readFileSync(join(folder, "packages"), "utf8")));
  const hash = createHash("sha256").update(`${String(machineFormat)}:${JSON.stringify(suites)}:`);
  for (const folder of folders) {
    for (const file of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      // What is in folders goes in at a machine's start, and is in no image.
      if (!file.isFile()) continue;
      const content = readFileSync(join(folder, file.name));
      hash.update(`${basename(folder)}/${file.name}:${String(content.length)}:`).update(content);
    }
  }
  if (kernel !== null) hash.update(kernelHash(kernel));
  return {
    ...suites,
    ...{ packages, kernel },
    folders: [first, ...rest],
    once: null,
    tag: `plugfest/machine:${name}-${hash.digest("hex").slice(0, 12)}`,
  };
}

/** The tags of all images as they are now: others are of earlier versions. */
export function machineTags(): string[] {
  const recipes = [
    ...(Object.keys(variants) as MachineVariant[]).map((variant) => machineRecipe(variant)),
    ...sambaVersions.flatMap((samba) => [nodeMachineRecipe(samba), nodeMachineRecipe(samba, { rdma: true })]),
  ];
  return recipes.map(({ tag }) => tag);
}

/** The kernel's own bytes, and of its modules, of which there may be gigabytes, when and how long each was written. */
function kernelHash({ release, image, modules }: OwnKernel): Buffer {
  const hash = createHash("sha256").update(`${release}:`).update(readFileSync(image));
  for (const path of readdirSync(modules, { recursive: true, encoding: "utf8" }).sort()) {
    // Links to the kernel's source lead elsewhere.
    const { size, mtimeMs } = lstatSync(join(modules, path));
    hash.update(`${path}:${String(size)}:${String(mtimeMs)}:`);
  }
  return hash.digest();
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

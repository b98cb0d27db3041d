import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** A virtual machine's image as it lies on this host's disk. */
export interface MachineImage {
  readonly tag: string;
  /** A digest of its disk. */
  readonly id: string;
  readonly kernel: string;
  readonly initrd: string;
  /** A qcow2 file that machines put their own layer on; never written to. */
  readonly root: string;
  /** A sparse raw disk with an empty OCFS2, which clusters copy; undefined in images that are not of nodes. */
  readonly shared: string | undefined;
  /** Exact versions by package name, that of the kernel as `linux`. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The folder of all machine images. */
export function machineImagesFolder(stateFolder: string): string {
  return join(stateFolder, "machine-images");
}

/** Where an image is or will be. */
export function machineImageFolder(stateFolder: string, tag: string): string {
  return join(machineImagesFolder(stateFolder), tag.replace(/^plugfest\//, "").replace(":", "-"));
}

/** An image that was built whole, or undefined. */
export function findMachineImage(stateFolder: string, tag: string): MachineImage | undefined {
  const folder = machineImageFolder(stateFolder, tag);
  const at = (name: string) => join(folder, name);
  if (!existsSync(at("id"))) return undefined;
  const pairs = readFileSync(at("versions"), "utf8").trim().split("\n");
  const versions = Object.fromEntries(pairs.map((line) => line.split(" ", 2) as [string, string]));
  const id = readFileSync(at("id"), "utf8").trim();
  const shared = existsSync(at("shared.raw")) ? at("shared.raw") : undefined;
  return { tag, id, kernel: at("kernel"), initrd: at("initrd"), root: at("root.qcow2"), shared, versions };
}

export interface StoredMachineImage {
  readonly reference: string;
  readonly bytes: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** Every image on this disk, by name. */
export function listMachineImages(stateFolder: string): StoredMachineImage[] {
  const folder = machineImagesFolder(stateFolder);
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => !name.endsWith(".unfinished"))
        .sort()
    : [];
  return names.flatMap((name) => {
    const reference = `plugfest/${name.replace("-", ":")}`;
    const image = findMachineImage(stateFolder, reference);
    if (image === undefined) return [];
    // Blocks of 512 bytes: the files have holes.
    const bytes = [
      image.kernel,
      image.initrd,
      image.root,
      ...(image.shared === undefined ? [] : [image.shared]),
    ].reduce((sum, path) => sum + statSync(path).blocks * 512, 0);
    return [{ reference, bytes, versions: image.versions }];
  });
}

/** Removes one image, or what is left of a build that was cut off. */
export function removeMachineImage(stateFolder: string, reference: string): void {
  rmSync(machineImageFolder(stateFolder, reference), { recursive: true, force: true });
}

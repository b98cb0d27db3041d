import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const facts = z.object({
  /** The local administrator that machines are entered as. */
  user: z.string(),
  /** What its Windows has drivers for: `inbox` is AHCI and e1000e, which every Windows knows. */
  devices: z.enum(["inbox", "virtio"]),
  /** Whether its machines have a TPM. */
  tpm: z.boolean(),
  /** The name of the file that it was made from. */
  from: z.string(),
  /** What it says that it is: `Microsoft Windows 11 Pro 10.0.26100`; empty where it did not say. */
  system: z.string(),
  addedMs: z.number(),
  /** What topologies call it by; null where it was given no name. */
  name: z.string().nullable().default(null),
});

/** What is known of a Windows, beside its files. */
export type WindowsFacts = z.infer<typeof facts>;

/** A Windows that virtual machines start from, as it lies on this host's disk. */
export interface WindowsImage extends WindowsFacts {
  readonly tag: string;
  /** A qcow2 file that machines put their own layer on; never written to. */
  readonly root: string;
  /** What a machine's firmware keeps, as it was when the image was sealed; a qcow2 file as well. */
  readonly variables: string;
  /** The folder with the state of its TPM. */
  readonly tpmState: string;
  readonly bytes: number;
}

const prefix = "plugfest/windows:";

function imagesFolder(stateFolder: string): string {
  return join(stateFolder, "windows-images");
}

/** Where an image is or will be. */
export function windowsImageFolder(stateFolder: string, tag: string): string {
  return join(imagesFolder(stateFolder), tag.slice(prefix.length));
}

/** The lock of whoever makes one. */
export function windowsLock(stateFolder: string): string {
  return `windows-images/${stateFolder}`;
}

export function windowsTag(hash: string): string {
  return `${prefix}${hash}`;
}

/** An image that was sealed, or undefined. */
export function findWindowsImage(stateFolder: string, tag: string): WindowsImage | undefined {
  const folder = windowsImageFolder(stateFolder, tag);
  const at = (name: string) => join(folder, name);
  if (!tag.startsWith(prefix) || !existsSync(at("image.json"))) return undefined;
  const known = facts.parse(JSON.parse(readFileSync(at("image.json"), "utf8")));
  const [root, variables, tpmState] = [at("root.qcow2"), at("variables.qcow2"), at("tpm")];
  // Blocks of 512 bytes: the file has holes.
  return { tag, ...known, root, variables, tpmState, bytes: statSync(root).blocks * 512 };
}

/** All images of Windows on this disk, the one that was added last before the others. */
export function listWindowsImages(stateFolder: string): WindowsImage[] {
  const folder = imagesFolder(stateFolder);
  return (existsSync(folder) ? readdirSync(folder) : [])
    .flatMap((name) => findWindowsImage(stateFolder, windowsTag(name)) ?? [])
    .sort((a, b) => b.addedMs - a.addedMs);
}

/** Makes an image of a folder that has all of its files: it is there whole, or not at all. */
export function sealWindowsImage(
  stateFolder: string,
  tag: string,
  unfinished: string,
  known: WindowsFacts,
): WindowsImage {
  writeFacts(unfinished, known);
  renameSync(unfinished, windowsImageFolder(stateFolder, tag));
  const image = findWindowsImage(stateFolder, tag);
  if (image === undefined) throw new Error(`${tag} was sealed and is not whole`);
  takeName(stateFolder, image);
  return image;
}

/** Makes an image the one that was added last; it keeps its name where it gets no other. */
export function renewWindowsImage(
  stateFolder: string,
  image: WindowsImage,
  { addedMs, name }: Pick<WindowsFacts, "addedMs" | "name">,
): WindowsImage {
  const renewed = { ...image, addedMs, name: name ?? image.name };
  writeFacts(windowsImageFolder(stateFolder, image.tag), facts.parse(renewed));
  takeName(stateFolder, renewed);
  return renewed;
}

/** A name is that of the last image that was added with it. */
function takeName(stateFolder: string, { tag, name }: WindowsImage): void {
  for (const other of listWindowsImages(stateFolder)) {
    if (name === null || other.name !== name || other.tag === tag) continue;
    writeFacts(windowsImageFolder(stateFolder, other.tag), facts.parse({ ...other, name: null }));
  }
}

/** What a user calls an image: its name, or the digits of its tag. */
export function windowsCalled({ name, tag }: Pick<WindowsImage, "name" | "tag">): string {
  return name ?? tag.slice(prefix.length);
}

/** The image that a user calls so, or undefined. */
export function windowsImageCalled(stateFolder: string, word: string): WindowsImage | undefined {
  const images = listWindowsImages(stateFolder);
  return (
    images.find(({ name }) => name === word) ?? images.find(({ tag }) => [tag, tag.slice(prefix.length)].includes(word))
  );
}

function writeFacts(folder: string, known: WindowsFacts): void {
  const unfinished = join(folder, "image.json.unfinished");
  writeFileSync(unfinished, JSON.stringify(known));
  renameSync(unfinished, join(folder, "image.json"));
}

/** Removes one image. */
export function removeWindowsImage(stateFolder: string, tag: string): void {
  rmSync(windowsImageFolder(stateFolder, tag), { recursive: true, force: true });
}

/** Removes what was left of images that were not finished. */
export function removeUnfinishedWindows(stateFolder: string): void {
  const folder = imagesFolder(stateFolder);
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (name.endsWith(".unfinished")) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

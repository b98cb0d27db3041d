import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { stampSchema } from "../stamp-schema.js";

const record = z.object({
  id: z.string(),
  lab: z.string(),
  node: z.string(),
  specHash: z.string(),
  createdMs: z.number(),
  /** By which its process is known, beside the folder: qemu has it on its command line. */
  uuid: z.string(),
  image: z.string(),
  memoryMiB: z.number(),
  /** What runs on it; left out: Linux. */
  system: z.literal("windows").optional(),
  /** In the order of its interfaces. */
  links: z.array(
    z.object({
      ...{ network: z.string(), address: z.string(), mac: z.string(), tap: z.string() },
      ...{ mtu: z.number().optional(), rdma: z.enum(["rxe", "siw"]).optional() },
    }),
  ),
  /** Disks that it shares with other machines: the guest knows each by its name. Records of old have none. */
  disks: z.array(z.object({ name: z.string(), path: z.string() })).default([]),
  /** Folders of this host that it shares with others, by the name under which the guest mounts them. */
  folders: z.array(z.object({ name: z.string(), path: z.string() })).default([]),
  stamp: stampSchema,
});

/** What is written in a machine's folder before anything else of it exists. */
export type MachineRecord = z.infer<typeof record>;

/** Where everything of one machine is: docs/internals.md lists the files. */
export interface MachineFolder {
  readonly path: string;
  readonly at: (name: string) => string;
}

/** The folder of all labs' machines. */
export function machinesFolder(stateFolder: string): string {
  return join(stateFolder, "machines");
}

/** Where a machine's folder is, or would be. */
export function machineFolder(stateFolder: string, lab: string, node: string): MachineFolder {
  const path = join(machinesFolder(stateFolder), lab, node);
  return { path, at: (name) => join(path, name) };
}

/** What a machine's folder says that it is; undefined where there is none, or one of a plugfest that wrote otherwise. */
export function readRecord({ at }: MachineFolder): MachineRecord | undefined {
  try {
    return record.parse(JSON.parse(readFileSync(at("record.json"), "utf8")));
  } catch {
    return undefined;
  }
}

/** Makes a machine's folder with its record in it, at once: it is there with its owner's name, or not at all. */
export function claimFolder(folder: MachineFolder, content: MachineRecord): void {
  const claim = `${folder.path}.${content.uuid}`;
  mkdirSync(claim, { recursive: true, mode: 0o700 });
  writeFileSync(join(claim, "record.json"), JSON.stringify(content));
  try {
    renameSync(claim, folder.path);
  } catch (error) {
    rmSync(claim, { recursive: true, force: true });
    throw error;
  }
}

/**
 * All machines that have a folder here, of one lab or of all; also those whose maker was killed while it claimed theirs,
 * in the one that it was to be.
 */
export function allFolders(stateFolder: string, lab?: string): MachineFolder[] {
  const root = machinesFolder(stateFolder);
  const below = (path: string) => (existsSync(path) ? readdirSync(path).sort() : []);
  return below(root)
    .filter((name) => lab === undefined || name === lab)
    .flatMap((name) => below(join(root, name)).map((node) => machineFolder(stateFolder, name, node)));
}

/** A machine's folder by the name under which it was observed; undefined where that is not the place of one. */
export function folderAt(stateFolder: string, path: string): MachineFolder | undefined {
  const known = dirname(dirname(path)) === machinesFolder(stateFolder);
  return known ? { path, at: (name) => join(path, name) } : undefined;
}

/** Removes a machine's folder, and its lab's when it was the last. */
export function removeFolder({ path }: MachineFolder): void {
  rmSync(path, { recursive: true, force: true });
  try {
    // Fails when there is another machine, which is as well.
    rmdirSync(join(path, ".."));
  } catch {
    return;
  }
}

/** The name of a link's tap on this host: as long as an interface's name may be. */
export function tapName(lab: string, node: string, network: string): string {
  return `pft-${createHash("sha256").update(`${lab}/${node}/${network}`).digest("hex").slice(0, 10)}`;
}

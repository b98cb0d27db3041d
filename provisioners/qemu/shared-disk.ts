import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { ToolError } from "../../core/errors.js";
import { withLock } from "../../core/lock.js";
import type { MachineImage } from "../../images/machine-store.js";
import type { MachineObject } from "../../topologies/objects.js";
import type { MachineRecord } from "./machine-folder.js";
import type { FindHostVolume } from "./host-networks.js";

export type SharedDisk = MachineRecord["disks"][number];

/** What a machine shares with others. */
export type Shared = Pick<MachineRecord, "disks" | "folders">;

/** Volumes of the engine that a machine shares with others: as a folder, or by a disk that is a file in it and goes with it. */
export async function sharedOf(
  { lab, mounts }: MachineObject,
  findVolume: FindHostVolume,
  signal?: AbortSignal,
): Promise<Shared> {
  const found = await Promise.all(
    mounts.map(async ({ volume, as }) => ({ name: volume, as, path: await findVolume(lab, volume, signal) })),
  );
  return {
    disks: found.filter(({ as }) => as === "disk").map(({ name, path }) => ({ name, path: join(path, "disk.raw") })),
    folders: found.filter(({ as }) => as === undefined).map(({ name, path }) => ({ name, path })),
  };
}

/** Makes what the first of the machines needs and the others find: a copy of the image's empty file system. */
export async function makeSharedDisk({ path }: SharedDisk, image: MachineImage, signal?: AbortSignal): Promise<void> {
  await withLock(path, signal ? { signal } : {}, async () => {
    if (existsSync(path)) return;
    const unfinished = `${path}.unfinished`;
    const args = ["--sparse=always", "--reflink=auto", image.shared ?? "", unfinished];
    const result = await execa("cp", args, { reject: false, stdin: "ignore" });
    if (result.exitCode === 0) {
      renameSync(unfinished, path);
      return;
    }
    rmSync(unfinished, { force: true });
    throw new ToolError({
      code: "machine/no-disk",
      message: `the disk that machines share could not be made: ${path}`,
      command: `cp ${args.join(" ")}`,
      stderrTail: result.stderr,
      hint: result.stderr.includes("No space left")
        ? "free disk space where the engine keeps its volumes"
        : "cp's own words above name the reason",
    });
  });
}

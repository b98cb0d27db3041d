import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ToolError } from "../../core/errors.js";
import type { FileSpec } from "../../core/remote.js";
import { findMachineImage, type MachineImage } from "../../images/machine-store.js";
import type { MachineObject, Stamp } from "../../topologies/objects.js";
import { findAccelerator, qemuVersion } from "./accelerator.js";
import { boot } from "./boot.js";
import { claimMachine } from "./claim-machine.js";
import { makeKeyPair } from "./key-pair.js";
import { type MachineFolder, machineFolder, type MachineRecord } from "./machine-folder.js";
import { killQemu, powerOf } from "./qemu-process.js";
import { makeRootDisk } from "./root-disk.js";
import { writeSeed } from "./seed.js";
import { makeSharedDisk, sharedOf } from "./shared-disk.js";
import type { QemuSurroundings } from "./surroundings.js";
import { tapsOf } from "./taps.js";

/**
 * Makes a machine and starts it; returns when its ssh server listens. One that a killed command left half made is carried
 * on with, from its disk's beginning if it never came up.
 */
export async function createMachine(
  spec: MachineObject,
  stamp: Stamp,
  secrets: readonly FileSpec[],
  surroundings: QemuSurroundings,
  signal?: AbortSignal,
): Promise<void> {
  const image = imageOf(spec, surroundings.stateFolder);
  const placed = await placeMachine(spec, stamp, image, surroundings, signal);
  if (placed === undefined) return;
  const { folder, record, prefixes, isSeeded } = placed;
  if (!isSeeded) for (const disk of record.disks) await makeSharedDisk(disk, image, signal);
  const content = { record, prefixes, files: [...spec.files, ...secrets], ...keysOf(folder) };
  await startMachine({ folder, record, image, surroundings, signal }, () =>
    writeSeed(folder, content, surroundings.clock.now()),
  );
}

/** A machine that is off, with its record, its disk and what puts it on its networks. */
export interface PlacedMachine {
  readonly folder: MachineFolder;
  readonly record: MachineRecord;
  /** Prefix lengths of its networks, by name. */
  readonly prefixes: ReadonlyMap<string, number>;
  /** Whether it has come up with its seed before. */
  readonly isSeeded: boolean;
}

/** Makes a machine's folder, with its own layer on the image's disk; undefined where it is there and has power. */
export async function placeMachine(
  spec: MachineObject,
  stamp: Stamp,
  image: Pick<MachineImage, "root">,
  surroundings: QemuSurroundings,
  signal?: AbortSignal,
): Promise<PlacedMachine | undefined> {
  signal?.throwIfAborted();
  const { stateFolder, clock, administer } = surroundings;
  const folder = machineFolder(stateFolder, spec.lab, spec.node);
  const taps = await tapsOf(spec, surroundings.findNetwork, signal);
  const shared = await sharedOf(spec, surroundings.findVolume, signal);
  const record = claimMachine(folder, spec, { shared, stamp, nowMs: clock.now() });
  const isSeeded = existsSync(folder.at("seeded"));
  if (isSeeded && (await powerOf(folder, record)) !== "off") return undefined;
  if (!isSeeded) {
    await killQemu(folder, record, clock);
    await makeRootDisk(folder, image, signal);
    for (const { index, script } of taps.scripts) {
      writeFileSync(folder.at(`tap-${String(index)}`), script, { mode: 0o700 });
    }
    await taps.make(record, administer);
  }
  return { folder, record, prefixes: taps.lengths, isSeeded };
}

export interface StartMachine {
  readonly folder: MachineFolder;
  readonly record: MachineRecord;
  readonly image: MachineImage;
  readonly surroundings: QemuSurroundings;
  readonly signal?: AbortSignal | undefined;
}

/** Starts a machine that is off. */
export async function startMachine(
  { folder, record, image, surroundings, signal }: StartMachine,
  plantSeed: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { stateFolder, clock } = surroundings;
  await boot({
    ...{ folder, record, image, stateFolder, plantSeed, clock },
    accelerator: await findAccelerator(image, stateFolder),
    qemuVersion: await qemuVersion(),
    ...(signal && { signal }),
  });
}

/** The image that a machine boots, or a ToolError. */
export function imageOf({ image }: { readonly image: string }, stateFolder: string): MachineImage {
  const found = findMachineImage(stateFolder, image);
  if (found !== undefined) return found;
  throw new ToolError({
    code: "image/missing",
    message: `this disk does not have the machine image ${image}`,
    hint: "the image was removed while it was needed; run the command again to build it",
  });
}

/** Keys of the way in, made once for a machine: the machine's own, and the one that opens it. */
export function keysOf({ at }: MachineFolder): { hostKey: string; authorizedKey: string } {
  const pair = (name: string) => {
    if (!existsSync(at(`${name}.pub`))) {
      rmSync(at(name), { force: true });
      const { privateKey, publicKey } = makeKeyPair();
      writeFileSync(at(name), privateKey, { mode: 0o600 });
      writeFileSync(at(`${name}.pub`), `${publicKey}\n`);
    }
    return { private: readFileSync(at(name), "utf8"), public: readFileSync(at(`${name}.pub`), "utf8") };
  };
  return { hostKey: pair("host_key").private, authorizedKey: pair("key").public };
}

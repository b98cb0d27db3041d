import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { execa } from "execa";
import { ToolError } from "../../core/errors.js";
import { specHash } from "../../core/hash.js";
import type { FileSpec } from "../../core/remote.js";
import { findMachineImage, type MachineImage } from "../../images/machine-store.js";
import type { MachineObject, Stamp } from "../../topologies/objects.js";
import { findAccelerator, qemuVersion } from "./accelerator.js";
import { boot } from "./boot.js";
import type { FindHostNetwork } from "./host-networks.js";
import {
  claimFolder,
  type MachineFolder,
  machineFolder,
  type MachineRecord,
  readRecord,
  tapName,
} from "./machine-folder.js";
import { makeKeyPair } from "./key-pair.js";
import { killQemu, powerOf } from "./qemu-process.js";
import { writeSeed } from "./seed.js";
import { makeSharedDisk, type Shared, sharedOf } from "./shared-disk.js";
import type { QemuSurroundings } from "./surroundings.js";

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
  signal?.throwIfAborted();
  const { stateFolder, clock } = surroundings;
  const folder = machineFolder(stateFolder, spec.lab, spec.node);
  const image = imageOf(spec, stateFolder);
  const taps = await tapScripts(spec, surroundings.findNetwork, signal);
  const shared = await sharedOf(spec, surroundings.findVolume, signal);
  if (readRecord(folder) === undefined) claim(folder, recordOf(spec, shared, stamp, clock.now()), spec);
  const record = adoptOrRefuse(folder, spec);
  const isSeeded = existsSync(folder.at("seeded"));
  if (isSeeded && (await powerOf(folder, record)) !== "off") return;
  if (!isSeeded) {
    await killQemu(folder, record, clock);
    await newDisk(folder, image, signal);
    for (const disk of record.disks) await makeSharedDisk(disk, image, signal);
    for (const { index, script } of taps.scripts) {
      writeFileSync(folder.at(`tap-${String(index)}`), script, { mode: 0o700 });
    }
  }
  const keys = keysOf(folder);
  const content = { record, prefixes: taps.lengths, files: [...spec.files, ...secrets], ...keys };
  await startMachine({ folder, record, image, surroundings, signal }, () =>
    writeSeed(folder, content, surroundings.clock.now()),
  );
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

function recordOf(spec: MachineObject, shared: Shared, stamp: Stamp, nowMs: number): MachineRecord {
  const { id, lab, node, image, hardware } = spec;
  return {
    ...{ id, lab, node, image, memoryMiB: hardware?.memoryMiB ?? 512, stamp },
    ...{ specHash: specHash(spec), createdMs: nowMs, uuid: randomUUID(), ...shared },
    links: spec.endpoints.map(({ network, ...rest }) => ({
      ...{ network, ...rest, tap: tapName(lab, node, network) },
      // QEMU's own prefix of locally administered addresses.
      mac: `52:54:00:${[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`,
    })),
  };
}

function claim(folder: MachineFolder, record: MachineRecord, { lab, node }: MachineObject): void {
  try {
    claimFolder(folder, record);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another command was faster, or what is there is no machine's.
    if (readRecord(folder) !== undefined) return;
    throw new ToolError(
      {
        code: code === "ENOSPC" ? "machine/disk-full" : "object/foreign",
        message: `could not make the machine ${node} of ${lab} in ${folder.path}: ${(error as Error).message}`,
        hint:
          code === "ENOSPC"
            ? "free disk space, or set PLUGFEST_STATE to a folder on another disk"
            : "remove that folder if nobody needs it",
      },
      { cause: error },
    );
  }
}

function adoptOrRefuse(folder: MachineFolder, spec: MachineObject): MachineRecord {
  const found = readRecord(folder);
  if (found?.specHash === specHash(spec) && found.id === spec.id) return found;
  throw new ToolError({
    code: "object/changed",
    message: `could not make the machine ${spec.node} of ${spec.lab}: there is one, made to another specification`,
    hint: `\`plugfest down ${spec.lab}\` removes it`,
  });
}

/** A layer of its own on the image, which stays as it is. */
async function newDisk(folder: MachineFolder, image: MachineImage, signal?: AbortSignal): Promise<void> {
  const unfinished = folder.at("root.qcow2.unfinished");
  const args = ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", image.root, unfinished];
  const result = await execa("qemu-img", args, { reject: false, stdin: "ignore", all: true });
  signal?.throwIfAborted();
  if (result.exitCode !== 0) {
    throw new ToolError({
      code: "machine/no-disk",
      message: `the disk of a machine could not be made in ${folder.path}`,
      command: `qemu-img ${args.join(" ")}`,
      ...(result.exitCode !== undefined && { exit: result.exitCode }),
      stderrTail: (result.all === "" ? result.shortMessage : result.all) ?? "",
      hint:
        result.code === "ENOENT"
          ? "install qemu-utils, or let `plugfest doctor --fix` do it"
          : "free disk space, or set PLUGFEST_STATE to a folder on another disk",
    });
  }
  renameSync(unfinished, folder.at("root.qcow2"));
}

/** Keys of the way in, made once for a machine: the machine's own, and the one that opens it. */
function keysOf({ at }: MachineFolder): { hostKey: string; authorizedKey: string } {
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

interface Taps {
  readonly lengths: ReadonlyMap<string, number>;
  readonly scripts: readonly { readonly index: number; readonly script: string }[];
}

/** QEMU makes the taps, which go with it; these scripts put them on the bridges. */
async function tapScripts(spec: MachineObject, findNetwork: FindHostNetwork, signal?: AbortSignal): Promise<Taps> {
  const networks = await Promise.all(
    spec.endpoints.map(async ({ network, mtu }) => ({
      ...{ network, mtu, ...(await findNetwork(spec.lab, network, signal)) },
    })),
  );
  return {
    lengths: new Map(networks.map(({ network, prefix }) => [network, prefix])),
    // A long queue: RDMA sends all again from where a packet was dropped.
    scripts: networks.map(({ bridge, mtu = 1500 }, index) => ({
      index,
      script: `#!/bin/sh\nexec ip link set dev "$1" mtu ${String(mtu)} txqueuelen 10000 master ${bridge} up\n`,
    })),
  };
}

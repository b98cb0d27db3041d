import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Clock } from "../../../core/clock.js";
import { ToolError } from "../../../core/errors.js";
import type { Emit } from "../../../core/event-log.js";
import { withLock } from "../../../core/lock.js";
import { BuildLog } from "../../../images/build-log.js";
import { type AnswerCdOptions, checkAnswerCd, writeAnswerCd } from "../../../images/windows-cd/answer-cd.js";
import { administrator } from "../../../images/windows-cd/answer-file.js";
import { windowsHash } from "../../../images/windows-image/windows-hash.js";
import {
  findWindowsImage,
  removeUnfinishedWindows,
  renewWindowsImage,
  sealWindowsImage,
  type WindowsFacts,
  type WindowsImage,
  windowsImageFolder,
  windowsLock,
  windowsTag,
} from "../../../images/windows-image/windows-store.js";
import { findAccelerator, requireQemu } from "../accelerator.js";
import type { Accelerator } from "../command-line.js";
import { isPrivateKey } from "../key-pair.js";
import type { MachineFolder } from "../machine-folder.js";
import { adoptWindows } from "./adopt.js";
import { requireFirmware } from "./firmware.js";
import { windowsFiles } from "./hardware.js";
import { installWindows } from "./install.js";
import type { Building } from "./once-on.js";
import { checkDisk } from "./partitions.js";
import { newVariables, qemuImg } from "./qemu-img.js";
import { screenPath } from "./screen.js";

export interface AddSurroundings {
  readonly emit: Emit;
  readonly clock: Clock;
  readonly stateFolder: string;
  readonly signal?: AbortSignal;
  /** What topologies are to call it; null for no name. */
  readonly name: string | null;
}

/** A medium of Windows, and how it is to be installed. */
export interface FromMedium extends Omit<AnswerCdOptions, "out" | "becomes"> {
  readonly tpm: boolean;
  readonly memoryMiB: number;
  /** How long all of it may take; undefined for what it takes at most, as plugfest believes. */
  readonly withinMs: number | undefined;
}

/** A disk on which there is a Windows with OpenSSH's server. */
export interface FromDisk extends Pick<WindowsFacts, "devices" | "user"> {
  readonly disk: string;
  readonly privateKey: string;
  readonly memoryMiB: number;
  readonly withinMs: number | undefined;
}

const minuteMs = 60_000;

/** How long an installation may take, and how long it may show no sign of life. */
const limits: Readonly<Record<Accelerator, { readonly allMs: number; readonly stillMs: number }>> = {
  kvm: { allMs: 180 * minuteMs, stillMs: 20 * minuteMs },
  tcg: { allMs: 1440 * minuteMs, stillMs: 120 * minuteMs },
};

/** What Windows' own disk may grow to; it takes only what is written to it. */
const diskSize = "64G";

/** Has a medium of Windows install itself, and keeps what comes of it as an image; one of the same inputs is there already. */
export async function addFromMedium(from: FromMedium, surroundings: AddSurroundings): Promise<WindowsImage> {
  const { iso, drivers, openssh, edition, productKey, language, tpm, memoryMiB } = from;
  const becomes = { image: { hasTpm: tpm } };
  await checkAnswerCd({ ...from, out: "", becomes });
  const words = { edition, productKey, language, tpm, diskSize };
  const files = [iso, drivers, openssh];
  const devices = drivers === undefined ? "inbox" : "virtio";
  const facts = { user: administrator, devices, tpm, from: basename(iso) } as const;
  return keep({ files, words, facts }, surroundings, async (building) => {
    const { folder, accelerator, signal } = building;
    const answers = folder.at("answers.iso");
    await writeAnswerCd({ ...from, out: answers, becomes });
    signal?.throwIfAborted();
    const { allMs, stillMs } = { ...limits[accelerator], ...(from.withinMs !== undefined && { allMs: from.withinMs }) };
    return installWindows({
      ...{ ...building, memoryMiB, diskSize, needsInternet: openssh === undefined },
      cds: [iso, answers, ...(drivers === undefined ? [] : [drivers])],
      limits: { allMs, stillMs },
    });
  });
}

/** Prepares a copy of a disk with a Windows on it, and keeps it as an image; one of the same inputs is there already. */
export async function addFromDisk(from: FromDisk, surroundings: AddSurroundings): Promise<WindowsImage> {
  const { disk, user, devices, privateKey, memoryMiB } = from;
  if (!existsSync(disk)) {
    const hint = "give the path of a qcow2, VHDX or raw file";
    throw new ToolError({ code: "image/no-medium", message: `there is no file ${disk}`, hint });
  }
  if (!isPrivateKey(privateKey)) {
    const hint = "give the file that ssh-keygen wrote without .pub, of a key without a passphrase";
    throw new ToolError({ code: "host/no-key", message: "what --key names is no private key that can be used", hint });
  }
  await requireQemu();
  await checkDisk(disk, surroundings.signal);
  const facts = { user, devices, tpm: false, from: basename(disk) };
  return keep({ files: [disk], words: { user, devices }, facts }, surroundings, async (building) => {
    const { folder, accelerator, onLine, signal } = building;
    onLine("its disk is copied");
    const args = ["convert", "-O", "qcow2", disk, folder.at(windowsFiles.root)];
    await qemuImg(args, `a copy of ${disk} could not be made`, signal);
    const withinMs = from.withinMs ?? limits[accelerator].stillMs;
    return adoptWindows({ ...building, memoryMiB, user, privateKey, withinMs });
  });
}

interface Kept {
  /** What decides what it is, and what is known of it beforehand. */
  readonly files: readonly (string | undefined)[];
  readonly words: unknown;
  readonly facts: Omit<WindowsFacts, "system" | "addedMs" | "name">;
}

/** Makes an image in a folder of its own, which is the image then or nothing; `make` gives what its Windows says that it is. */
async function keep(
  { files, words, facts }: Kept,
  { emit, clock, stateFolder, signal, name }: AddSurroundings,
  make: (building: Omit<Building, "memoryMiB">) => Promise<string>,
): Promise<WindowsImage> {
  await requireQemu();
  const firmware = requireFirmware();
  const tag = windowsTag(await windowsHash(files, words));
  const onWait = () => {
    emit({ type: "image.progress", image: tag, line: "waiting for another plugfest, which is building" });
  };
  return withLock(windowsLock(stateFolder), { onWait, ...(signal && { signal }) }, async () => {
    const there = findWindowsImage(stateFolder, tag);
    if (there !== undefined) {
      const renewed = renewWindowsImage(stateFolder, there, { addedMs: clock.now(), name });
      emit({ type: "image.ready", image: tag, built: false, seconds: 0 });
      return renewed;
    }
    removeUnfinishedWindows(stateFolder);
    const startMs = clock.now();
    const accelerator = await findAccelerator({ firmware }, stateFolder);
    const file = tag.replace(/[/:]/g, "-");
    const log = new BuildLog(tag, join(stateFolder, "images", `${file}.log`), emit, clock);
    emit({ type: "image.started", image: tag, why: `it is made of ${facts.from}`, logPath: log.path });
    if (accelerator === "tcg") emit({ type: "note", level: "warning", text: emulated });
    const unfinished = `${windowsImageFolder(stateFolder, tag)}.unfinished`;
    const folder: MachineFolder = { path: unfinished, at: (file) => join(unfinished, file) };
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });
    try {
      await newVariables(firmware.variables, folder.at(windowsFiles.variables));
      const system = await make({
        ...{ folder, accelerator, firmware, devices: facts.devices, tpm: facts.tpm, clock },
        ...{ screen: screenPath(stateFolder, file), ...(signal && { signal }) },
        onLine: (line) => {
          log.line(line);
        },
      });
      clear(unfinished);
      const image = sealWindowsImage(stateFolder, tag, unfinished, { ...facts, name, system, addedMs: clock.now() });
      emit({ type: "image.ready", image: tag, built: true, seconds: (clock.now() - startMs) / 1000 });
      return image;
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  });
}

const emulated =
  "KVM does not run machines on this host, so this one is emulated: what takes minutes with KVM takes hours";

/** Leaves what an image consists of. The CD with the answers has the administrator's password. */
function clear(folder: string): void {
  const kept: readonly string[] = [windowsFiles.root, windowsFiles.variables, "tpm"];
  for (const name of readdirSync(folder)) {
    if (!kept.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

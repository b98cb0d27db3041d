import { existsSync } from "node:fs";
import { basename } from "node:path";
import { ToolError } from "../../../core/errors.js";
import { type AnswerCdOptions, checkAnswerCd, writeAnswerCd } from "../../../images/windows-cd/answer-cd.js";
import { administrator } from "../../../images/windows-cd/answer-file.js";
import type { WindowsFacts, WindowsImage } from "../../../images/windows-image/windows-store.js";
import { requireQemu } from "../accelerator.js";
import type { Accelerator } from "../command-line.js";
import { isPrivateKey } from "../key-pair.js";
import { adoptWindows } from "./adopt.js";
import { windowsFiles } from "./hardware.js";
import { installWindows } from "./install.js";
import { type AddSurroundings, keepImage } from "./keep-image.js";
import { checkDisk } from "./partitions.js";
import { qemuImg } from "./qemu-img.js";

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
  return keepImage({ files, words, facts }, surroundings, async (building) => {
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
  return keepImage({ files: [disk], words: { user, devices }, facts }, surroundings, async (building) => {
    const { folder, accelerator, onLine, signal } = building;
    onLine("its disk is copied");
    const args = ["convert", "-O", "qcow2", disk, folder.at(windowsFiles.root)];
    await qemuImg(args, `a copy of ${disk} could not be made`, signal);
    const withinMs = from.withinMs ?? limits[accelerator].stillMs;
    return adoptWindows({ ...building, memoryMiB, user, privateKey, withinMs });
  });
}

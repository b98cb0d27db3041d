import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolError } from "../../../core/errors.js";
import { qemuImg } from "./qemu-img.js";

const sector = 512;
/** The disk's own record, the head of its GPT, and 128 partitions of 128 bytes (UEFI specification, 5.3). */
const sectors = 34;

/** The type of a system partition, C12A7328-F81F-11D2-BA4B-00A0C93EC93B, as it lies on a disk. */
const systemPartition = Buffer.from("28732ac11ff8d211ba4b00a0c93ec93b", "hex");

/** Whether a disk with these first sectors has what UEFI's firmware starts from: a system partition in a GPT. */
export function startsByUefi(head: Buffer): boolean {
  if (head.subarray(sector, sector + 8).toString("latin1") !== "EFI PART") return false;
  const partitions = head.subarray(2 * sector);
  for (let at = 0; at + 128 <= partitions.length; at += 128) {
    if (partitions.subarray(at, at + 16).equals(systemPartition)) return true;
  }
  return false;
}

/** Refuses the file of a disk that a machine could not start from. */
export async function checkDisk(path: string, signal?: AbortSignal): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-disk-"));
  try {
    const head = join(folder, "head");
    const args = ["dd", "-O", "raw", `bs=${String(sector)}`, `count=${String(sectors)}`, `if=${path}`, `of=${head}`];
    await qemuImg(args, `${path} is no disk that can be read`, signal);
    if (startsByUefi(readFileSync(head))) return;
  } finally {
    rmSync(folder, { recursive: true });
  }
  throw new ToolError({
    code: "image/no-uefi",
    message: `${path} is no disk that UEFI starts from: it has no GPT with a system partition`,
    hint: "Windows changes a disk of its own that starts by BIOS: mbr2gpt /convert /allowFullOS",
  });
}

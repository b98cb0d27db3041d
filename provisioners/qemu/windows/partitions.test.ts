import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ToolError } from "../../../core/errors.js";
import { checkDisk, startsByUefi } from "./partitions.js";

const folder = mkdtempSync(join(tmpdir(), "plugfest-partitions-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A disk's first sectors: its own record, the head of a GPT, and partitions of these types. */
function head(signature: string, ...types: string[]): Buffer {
  const disk = Buffer.alloc(34 * 512);
  disk.write("55aa", 510, "hex");
  disk.write(signature, 512, "latin1");
  types.forEach((type, index) => disk.write(type, 1024 + index * 128, "hex"));
  return disk;
}

const system = "28732ac11ff8d211ba4b00a0c93ec93b";
const data = "a2a0d0ebe5b9334487c068b6b72699c7";

describe("a disk", () => {
  it("starts by UEFI when its GPT has a system partition, be it the first or not", () => {
    expect(startsByUefi(head("EFI PART", system))).toBe(true);
    expect(startsByUefi(head("EFI PART", data, data, system))).toBe(true);
    expect(startsByUefi(head("EFI PART", data))).toBe(false);
    expect(startsByUefi(head("", system))).toBe(false);
    expect(startsByUefi(Buffer.alloc(0))).toBe(false);
  });

  const hasProgram = spawnSync("qemu-img", ["--version"]).error === undefined;
  if (!hasProgram) console.warn("skipped: qemu-img is not installed");

  it.skipIf(!hasProgram)("is looked at in any format, and refused with what Windows has against it", async () => {
    const at = (name: string) => join(folder, name);
    writeFileSync(at("raw"), Buffer.concat([head("EFI PART", data, system), Buffer.alloc(2 ** 20)]));
    const made = spawnSync("qemu-img", ["convert", "-O", "qcow2", "-f", "raw", at("raw"), at("uefi.qcow2")]);
    expect(made.status).toBe(0);
    await checkDisk(at("uefi.qcow2"));
    spawnSync("qemu-img", ["create", "-q", "-f", "qcow2", at("empty.qcow2"), "1M"]);
    const refusal: unknown = await checkDisk(at("empty.qcow2")).catch((error: unknown) => error);
    expect((refusal as ToolError).failure).toMatchObject({
      code: "image/no-uefi",
      hint: expect.stringContaining("mbr2gpt") as string,
    });
    await expect(checkDisk(at("absent"))).rejects.toThrow("is no disk that can be read");
  });
});

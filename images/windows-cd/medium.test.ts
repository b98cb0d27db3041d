import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ToolError } from "../../core/errors.js";
import { writeDataCd } from "./data-cd.js";
import { checkWindowsMedium, driverFolders } from "./medium.js";

const programs = ["7z", "genisoimage"].filter((name) => spawnSync(name, ["-version"]).error === undefined);
if (programs.length < 2) console.warn("skipped: 7z and genisoimage are not installed");

const folder = mkdtempSync(join(tmpdir(), "plugfest-medium-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A medium with these files, as Windows' are: UDF, beside an ISO 9660 that old systems read. */
function medium(name: string, files: readonly string[]): string {
  const tree = join(folder, name);
  for (const file of files) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), file);
  }
  const iso = `${tree}.iso`;
  const made = spawnSync("genisoimage", ["-quiet", "-udf", "-V", "CCCOMA_X64FRE", "-o", iso, tree], {
    encoding: "utf8",
  });
  expect(made.stderr).toBe("");
  return iso;
}

async function refusal(work: Promise<unknown>): Promise<ToolError["failure"]> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  return (error as ToolError).failure;
}

const windows = ["setup.exe", "efi/boot/bootx64.efi", "sources/boot.wim"];

describe.skipIf(programs.length < 2)("a medium", () => {
  test("of Windows is known by its files, with a WIM or an ESD", async () => {
    await checkWindowsMedium(medium("server", [...windows, "sources/install.wim", "bootmgr"]));
    await checkWindowsMedium(medium("consumer", [...windows, "sources/install.esd"]));
  });

  test("that is another one is refused, and what it is told", async () => {
    const debian = medium("debian", ["install.amd/vmlinuz", "efi/boot/bootx64.efi"]);
    expect(await refusal(checkWindowsMedium(debian))).toMatchObject({
      code: "image/no-windows",
      message: expect.stringContaining(
        "has no setup.exe, no sources/boot.wim, no sources/install.wim or install.esd",
      ) as string,
    });
    const drivers = medium("virtio", ["viostor/w11/amd64/viostor.inf", "NetKVM/w11/amd64/netkvm.inf"]);
    expect((await refusal(checkWindowsMedium(drivers))).hint).toContain("--virtio-iso");
    const arm = medium("arm", ["setup.exe", "efi/boot/bootaa64.efi", "sources/boot.wim", "sources/install.wim"]);
    expect((await refusal(checkWindowsMedium(arm))).hint).toContain("ARM");
    expect(await refusal(driverFolders(debian))).toMatchObject({ code: "image/no-drivers" });
  });

  test("of drivers has them for systems that it is asked about, and both of them", async () => {
    const has = (...files: string[]) => files.flatMap((of) => [`viostor/${of}/viostor.inf`, `NetKVM/${of}/netkvm.inf`]);
    const drivers = medium("drivers", has("2k25/amd64", "w11/amd64", "w11/ARM64", "w7/amd64", "2k3/amd64"));
    expect(await driverFolders(drivers)).toEqual([
      ...["viostor\\w11\\amd64", "viostor\\2k25\\amd64"],
      ...["NetKVM\\w11\\amd64", "NetKVM\\2k25\\amd64"],
    ]);
    const others = [medium("old", has("w7/amd64", "w10/x86")), medium("half", ["viostor/w11/amd64/viostor.inf"])];
    for (const iso of others) {
      expect(await refusal(driverFolders(iso))).toMatchObject({
        message: expect.stringContaining(
          "no viostor and NetKVM for amd64 of w11, w10, 2k25, 2k22, 2k19, 2k16",
        ) as string,
        hint: expect.stringContaining("leave it out") as string,
      });
    }
  });

  test("that is none, is not whole or is not there is refused", async () => {
    writeFileSync(join(folder, "text.iso"), "no ISO");
    expect(await refusal(checkWindowsMedium(join(folder, "text.iso")))).toMatchObject({ code: "image/no-medium" });
    const cut = medium("cut", [...windows, "sources/install.wim"]);
    truncateSync(cut, 40_000);
    expect(await refusal(checkWindowsMedium(cut))).toMatchObject({ code: "image/no-medium" });
    expect((await refusal(checkWindowsMedium("/absent.iso"))).message).toContain("there is no file /absent.iso");
    expect((await refusal(checkWindowsMedium(folder))).message).toContain("there is no file");
  });

  test("of plugfest's own has its files as they are, and is for its maker alone", async () => {
    const path = join(folder, "own.iso");
    await writeDataCd(path, "PLUGFEST", { "Autounattend.xml": "<unattend/>", "prepare.ps1": "'ä'" });
    expect(spawnSync("stat", ["-c", "%a", path], { encoding: "utf8" }).stdout.trim()).toBe("600");
    const { stdout } = spawnSync("7z", ["x", "-so", path, "Autounattend.xml"], { encoding: "utf8" });
    expect(stdout).toBe("<unattend/>");
    // A UDF of its own, which firmware reads.
    expect(readFileSync(path).includes("NSR02")).toBe(true);
  });
});

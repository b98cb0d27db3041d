import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { asset } from "../../core/paths.js";
import { mistakesIn } from "../../test/support/powershell.js";
import { writeAnswerCd } from "./answer-cd.js";

const hasPrograms = ["7z", "genisoimage"].every((name) => spawnSync(name, ["-version"]).error === undefined);
if (!hasPrograms) console.warn("skipped: 7z and genisoimage are not installed");

const folder = mkdtempSync(join(tmpdir(), "plugfest-answers-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const scripts = ["prepare.ps1", "settle.ps1", "start.ps1"];

/** A medium with the files by which Windows' are known. */
function windows(): string {
  const tree = join(folder, "w");
  for (const file of ["setup.exe", "efi/boot/bootx64.efi", "sources/boot.wim", "sources/install.wim"]) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), file);
  }
  spawnSync("genisoimage", ["-quiet", "-udf", "-o", `${tree}.iso`, tree]);
  return `${tree}.iso`;
}

const options = {
  ...{ drivers: undefined, openssh: undefined, edition: undefined, productKey: undefined, language: "en-US" },
  becomes: {
    authorizedKey: "ssh-ed25519 AAAA pat",
    link: { mac: "52-54-00-12-34-56", address: "10.77.2.201", prefix: 24 },
  },
};

describe.skipIf(!hasPrograms)("the CD with the answers of Windows' setup", () => {
  test("has an answer file, the script and what the host is to have", async () => {
    const out = join(folder, "answers.iso");
    const openssh = join(folder, "OpenSSH-Win64.msi");
    writeFileSync(openssh, "installer");
    const { user, password } = await writeAnswerCd({ ...options, iso: windows(), out, openssh });
    const read = (name: string) => spawnSync("7z", ["x", "-so", out, name], { encoding: "utf8" }).stdout;
    expect(read("Autounattend.xml")).toContain(`<Name>${user}</Name>`);
    expect(read("Autounattend.xml")).toContain(password);
    expect(read("prepare.ps1")).toBe(readFileSync(asset("images/windows/setup/prepare.ps1"), "utf8"));
    expect(JSON.parse(read("plugfest.json"))).toEqual({ ...options.becomes, drivers: [] });
    expect(read("OpenSSH-Win64.msi")).toBe("installer");
    expect(read("start.ps1")).toBe("");
  });

  test("of an image seals it, with the answers and the script of its machines' first start", async () => {
    const out = join(folder, "image.iso");
    const becomes = { image: { hasTpm: true } };
    const { password } = await writeAnswerCd({ ...options, iso: windows(), out, becomes });
    const read = (name: string) => spawnSync("7z", ["x", "-so", out, name], { encoding: "utf8" }).stdout;
    expect(JSON.parse(read("plugfest.json"))).toEqual({ seal: true, drivers: [] });
    expect(read("Autounattend.xml")).not.toContain("BypassTPMCheck");
    expect(read("sealed.xml")).toContain(password);
    expect(read("sealed.xml")).not.toContain("DiskConfiguration");
    for (const name of scripts) expect(read(name)).toBe(readFileSync(asset("images/windows/setup", name), "utf8"));
  });

  test("is not written for what is no Windows, nor with what is not there", async () => {
    const out = join(folder, "none.iso");
    await expect(writeAnswerCd({ ...options, iso: "/absent.iso", out })).rejects.toThrow(
      "there is no file /absent.iso",
    );
    await expect(writeAnswerCd({ ...options, iso: windows(), out, openssh: "/absent.msi" })).rejects.toThrow(
      "/absent.msi",
    );
    await expect(writeAnswerCd({ ...options, iso: windows(), out, drivers: windows() })).rejects.toThrow("viostor");
    expect(existsSync(out)).toBe(false);
  });
});

test.each(scripts)("%s is PowerShell, in the eyes of a parser", (name) => {
  const script = readFileSync(asset("images/windows/setup", name), "utf8");
  expect(mistakesIn(script)).toEqual([]);
  expect(mistakesIn(script.replace("function ", "function { "))).not.toEqual([]);
});

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../core/clock.js";
import type { Event } from "../../core/event.js";
import { poll } from "../../core/poll.js";
import { listWindowsImages } from "../../images/windows-image/windows-store.js";
import { processesOf } from "../../provisioners/processes.js";
import { pruneWindowsImages } from "../../provisioners/qemu/prune-images.js";
import { qmp } from "../../provisioners/qemu/qmp.js";
import { requireFirmware } from "../../provisioners/qemu/windows/firmware.js";
import { installWindows } from "../../provisioners/qemu/windows/install.js";
import { newVariables } from "../../provisioners/qemu/windows/qemu-img.js";
import { isFull } from "../support/full.js";
import { folder, plugfest } from "../support/plugfest.js";
import { startPlugfest } from "../support/started.js";
import { lackingForMedia, uefiMedium } from "../support/uefi-medium.js";

const lacking = lackingForMedia();
if (lacking.length > 0) console.warn(`skipped: ${lacking.join(", ")} are not installed`);

const onCd = ["Autounattend.xml", "prepare.ps1", "settle.ps1", "start.ps1", "sealed.xml", "plugfest.json"];

/**
 * Stands in for Windows' setup: it waits for a key, looks for plugfest's CD among all drives, and says on the serial port what
 * plugfest's script would.
 */
const setup = `
serial --unit=0 --speed=115200
terminal_input console
terminal_output serial
set timeout=30
set default=0
menuentry "from the disk" { echo "plugfest: not prepared: nobody pressed a key"; halt }
menuentry "setup" --hotkey=" " {
  search --file --set=cd /Autounattend.xml
  echo "plugfest: preparing, by the CD in $cd"
${onCd.map((name) => `  if [ -f ($cd)/${name} ]; then echo "plugfest: it has ${name}"; fi`).join("\n")}
  lsacpi
  echo "plugfest: is Microsoft Windows 11 Stand-in 10.0.26100"
  echo "plugfest: sealing"
  halt
}
`;

/** A setup that asks something that nobody answers. */
const waits = `
serial --unit=0 --speed=115200
terminal_output serial console
echo "Which edition?"
sleep 3600
`;

describe.skipIf(lacking.length > 0 || !isFull)("a Windows of one's own", () => {
  const place = folder();
  const at = (name: string) => join(place.path, name);
  const state = at("state");
  const add = (...args: string[]) =>
    plugfest(["images", "add", "windows", "--memory", "512MiB", ...args], {
      ...{ cwd: place.path, env: { PLUGFEST_STATE: state } },
    });
  let medium: string;
  let waiting: string;
  beforeAll(() => {
    medium = uefiMedium(place.path, "medium", setup);
    waiting = uefiMedium(place.path, "waits", waits);
    writeFileSync(at("OpenSSH-Win64.msi"), "installer");
  });
  afterAll(() => {
    place[Symbol.dispose]();
  });

  test("is installed from a medium that waits for a key, by the answers of a second CD, and is there at once the next time", async () => {
    const args = ["--iso", medium, "--openssh", "OpenSSH-Win64.msi"];
    const ran = await add(...args);
    expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
    const [image] = listWindowsImages(state);
    expect(image).toMatchObject({
      ...{ user: "plugfest", devices: "inbox", tpm: false, from: "medium.iso" },
      system: "Microsoft Windows 11 Stand-in 10.0.26100",
    });
    const log = readFileSync(join(state, "images", `${(image?.tag ?? "").replace(/[/:]/g, "-")}.log`), "utf8");
    for (const name of onCd) expect(log).toContain(`it has ${name}`);
    // The answers have a password: they are not part of what is kept.
    expect(existsSync(join(image?.root ?? "", "..", "answers.iso"))).toBe(false);
    const again = await add(...args);
    expect(again.exit).toBe(0);
    expect(again.stdout).toContain(image?.tag);
    expect(listWindowsImages(state)).toHaveLength(1);
  });

  test("has a TPM that the firmware uses and finds in its tables", async () => {
    const path = at("with-tpm");
    mkdirSync(path);
    const own = { path, at: (name: string) => join(path, name) };
    const firmware = requireFirmware();
    await newVariables(firmware.variables, own.at("variables.qcow2"));
    const told: string[] = [];
    const system = await installWindows({
      ...{ folder: own, accelerator: "tcg", firmware, memoryMiB: 512, devices: "inbox", tpm: true, diskSize: "1G" },
      ...{ cds: [medium], needsInternet: false, screen: own.at("screen.png"), clock: systemClock },
      ...{ limits: { allMs: 300_000, stillMs: 300_000 }, onLine: (line: string) => told.push(line) },
    });
    expect(system).toContain("Windows 11");
    expect(readFileSync(own.at("console.log"), "latin1")).toContain("TPM2");
    // TPM2_PCR_Extend (Trusted Platform Module Library, part 2, 6.5.2): the firmware measures what it starts.
    expect(readFileSync(own.at("tpm.log"), "latin1")).toMatch(/80 0[12] 00 00 [0-9A-F]{2} [0-9A-F]{2} 00 00 01 82/);
    expect(processesOf("swtpm", `dir=${path}`)).toEqual([]);
  });

  test("that asks what nobody answers is given up, with a picture of its screen, and leaves nothing", async () => {
    const before = listWindowsImages(state);
    const ran = await add("--iso", waiting, "--within", "20s");
    expect(ran.exit).toBe(2);
    expect(ran.stderr + ran.stdout).toContain("was not installed within");
    expect(ran.stderr + ran.stdout).toContain("what its screen showed");
    const picture = /(\S+\.png)/.exec(ran.stderr + ran.stdout)?.[1] ?? "";
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe("PNG");
    expect(listWindowsImages(state)).toEqual(before);
    expect(processesOf("qemu-system", "plugfest-image-windows")).toEqual([]);
  });

  test("whose machine is stopped, as QEMU does where the disk is full, is given up at once, whatever it was at", async () => {
    const args = ["images", "add", "windows", "--memory", "512MiB", "--iso", waiting];
    const running = startPlugfest(args, place.path, { PLUGFEST_STATE: state });
    await running.until((event: Event) => event.type === "image.progress" && event.line.startsWith("the firmware"));
    const images = join(state, "windows-images");
    const unfinished = join(images, readdirSync(images).find((name) => name.endsWith(".unfinished")) ?? "");
    await qmp({ path: unfinished, at: (name) => join(unfinished, name) }, "windows", { execute: "stop" });
    const ran = await running.ended;
    expect(ran.exit).toBe(2);
    expect(ran.stderr).toContain("Windows stands still");
    expect(existsSync(unfinished)).toBe(false);
    expect(processesOf("qemu-system", "plugfest-image-windows")).toEqual([]);
  });

  test("that is being made when plugfest is killed with -9 goes with it, and the next command removes what it left", async () => {
    const before = listWindowsImages(state);
    const args = ["images", "add", "windows", "--memory", "512MiB", "--tpm", "--iso", waiting];
    const running = startPlugfest(args, place.path, { PLUGFEST_STATE: state });
    await running.until((event: Event) => event.type === "image.progress" && event.line.startsWith("the firmware"));
    const processes = () => [
      ...processesOf("qemu-system", "plugfest-image-windows"),
      ...processesOf("swtpm", `dir=${state}`),
    ];
    expect(processes()).toHaveLength(2);
    running.kill("SIGKILL");
    await running.ended;
    const gone = () => Promise.resolve(processes().length === 0 ? true : undefined);
    expect(await poll(gone, { clock: systemClock, everyMs: 50, withinMs: 10_000 })).toBe(true);
    expect(readdirSync(join(state, "windows-images")).some((name) => name.endsWith(".unfinished"))).toBe(true);
    await pruneWindowsImages(state, { all: false });
    expect(readdirSync(join(state, "windows-images")).some((name) => name.endsWith(".unfinished"))).toBe(false);
    expect(listWindowsImages(state)).toEqual(before);
  });

  test("is refused when the medium is another, before anything is made", async () => {
    writeFileSync(at("debian.iso"), "");
    const ran = await add("--iso", at("absent.iso"));
    expect(ran.stderr).toContain("there is no file");
    const text = await add("--iso", at("debian.iso"));
    expect(text.exit).toBe(2);
    expect(text.stderr).toContain("is no ISO file that can be read");
  });
});

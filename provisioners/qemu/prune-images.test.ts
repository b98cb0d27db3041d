import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ownOwner } from "../../core/owner.js";
import {
  listWindowsImages,
  sealWindowsImage,
  windowsImageFolder,
  windowsTag,
} from "../../images/windows-image/windows-store.js";
import type { MachineObject } from "../../topologies/objects.js";
import { claimMachine } from "./claim-machine.js";
import { machineFolder } from "./machine-folder.js";
import { pruneWindowsImages, removeAddedWindows } from "./prune-images.js";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "plugfest-prune-"));
});
afterEach(() => {
  rmSync(state, { recursive: true });
});

function add(hash: string, addedMs: number, name: string | null): string {
  const tag = windowsTag(hash);
  const unfinished = `${windowsImageFolder(state, tag)}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  for (const file of ["root.qcow2", "variables.qcow2"]) writeFileSync(join(unfinished, file), file);
  const facts = { user: "plugfest", devices: "inbox", tpm: false, from: "w.iso", system: "Windows 11" } as const;
  return sealWindowsImage(state, tag, unfinished, { ...facts, addedMs, name }).tag;
}

/** A machine of a lab that starts from this image. */
function start(image: string): void {
  const spec: MachineObject = {
    ...{ kind: "machine", role: "client", id: "client/pc", lab: "bench", node: "pc", image, dependsOn: [] },
    ...{ endpoints: [], mounts: [], capabilities: [], sysctls: {}, files: [], system: "windows" },
    hardware: { memoryMiB: 4096 },
  };
  const stamp = { lab: "bench", owner: ownOwner(), keep: true, version: "0", source: "" };
  claimMachine(machineFolder(state, "bench", "pc"), spec, { shared: { disks: [], folders: [] }, stamp, nowMs: 0 });
}

const there = () => listWindowsImages(state).map(({ tag }) => tag);

describe("images of Windows that are taken away", () => {
  it("are those that nobody can ask for: with a name or last they stay, and with a machine", async () => {
    const [used, old, named, last] = [
      ...[add("000000000001", 1, null), add("000000000002", 2, null)],
      ...[add("000000000003", 3, "win10"), add("000000000004", 4, null)],
    ];
    start(used ?? "");
    expect(await pruneWindowsImages(state, { all: false })).toEqual([old]);
    expect(await pruneWindowsImages(state, { all: true })).toEqual([last, named]);
    expect(there()).toEqual([used]);
  });

  it("are those that are named, but for one that a machine has", () => {
    const [win10, win11] = [add("000000000001", 1, "win10"), add("000000000002", 2, "win11")];
    expect(removeAddedWindows(state, "win10")).toBe(win10);
    start(win11);
    expect(() => removeAddedWindows(state, "win11")).toThrow("win11 is in use: pc of lab bench starts from it");
    expect(() => removeAddedWindows(state, "win12")).toThrow('there is no image of Windows called "win12"');
    expect(there()).toEqual([win11]);
  });
});

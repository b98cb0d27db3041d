import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { windowsHash } from "./windows-hash.js";
import {
  findWindowsImage,
  listWindowsImages,
  removeUnfinishedWindows,
  removeWindowsImage,
  renewWindowsImage,
  sealWindowsImage,
  windowsCalled,
  windowsImageCalled,
  windowsImageFolder,
  windowsTag,
} from "./windows-store.js";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "plugfest-windows-store-"));
});
afterEach(() => {
  rmSync(state, { recursive: true });
});

const facts = { user: "plugfest", devices: "inbox", tpm: false, from: "Win11.iso", system: "Windows 11" } as const;

function add(hash: string, addedMs: number, name: string | null = null) {
  const tag = windowsTag(hash);
  const unfinished = `${windowsImageFolder(state, tag)}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  for (const name of ["root.qcow2", "variables.qcow2"]) writeFileSync(join(unfinished, name), name);
  return sealWindowsImage(state, tag, unfinished, { ...facts, name, addedMs });
}

describe("images of Windows", () => {
  it("are there when they are sealed, the one that was added last before the others", () => {
    expect(listWindowsImages(state)).toEqual([]);
    const [old, young] = [add("000000000001", 1), add("000000000002", 2)];
    expect(listWindowsImages(state).map(({ tag }) => tag)).toEqual([young.tag, old.tag]);
    renewWindowsImage(state, old, { addedMs: 3, name: null });
    expect(listWindowsImages(state)[0]).toEqual({ ...old, addedMs: 3 });
    removeWindowsImage(state, old.tag);
    expect(findWindowsImage(state, old.tag)).toBeUndefined();
  });

  it("have names, each that of the last image that was added with it", () => {
    const old = add("000000000001", 1, "win11");
    expect(windowsImageCalled(state, "win11")).toEqual(old);
    const young = add("000000000002", 2, "win11");
    expect(windowsImageCalled(state, "win11")).toEqual(young);
    expect(findWindowsImage(state, old.tag)?.name).toBeNull();
    expect(listWindowsImages(state).map(windowsCalled)).toEqual(["win11", "000000000001"]);
    for (const word of [old.tag, "000000000001"]) expect(windowsImageCalled(state, word)?.tag).toBe(old.tag);
    // Added anew, it keeps the name that it has, and takes the one that it is given.
    expect(renewWindowsImage(state, young, { addedMs: 3, name: null }).name).toBe("win11");
    renewWindowsImage(state, old, { addedMs: 4, name: "win11" });
    expect(windowsImageCalled(state, "win11")?.tag).toBe(old.tag);
    expect(windowsImageCalled(state, "win10")).toBeUndefined();
  });

  it("have none where an earlier plugfest made them", () => {
    const { tag } = add("000000000001", 1);
    const path = join(windowsImageFolder(state, tag), "image.json");
    writeFileSync(path, JSON.stringify({ ...facts, addedMs: 1 }));
    expect(findWindowsImage(state, tag)?.name).toBeNull();
  });

  it("are no images while they are made, and nothing of them stays when that was cut off", () => {
    const folder = `${windowsImageFolder(state, windowsTag("000000000003"))}.unfinished`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "root.qcow2"), "half");
    expect(listWindowsImages(state)).toEqual([]);
    const whole = add("000000000004", 1);
    removeUnfinishedWindows(state);
    expect(listWindowsImages(state)).toEqual([whole]);
    expect(findWindowsImage(state, "plugfest/machine:trixie-0123")).toBeUndefined();
  });

  it("are others when their medium, a file beside it or a word is another", async () => {
    const [one, two] = [join(state, "one"), join(state, "two")];
    writeFileSync(one, "one");
    writeFileSync(two, "two");
    const words = { edition: "Pro" };
    const hash = await windowsHash([one, undefined], words);
    expect(hash).toMatch(/^[0-9a-f]{12}$/);
    expect(await windowsHash([one, undefined], words)).toBe(hash);
    const others = [
      await windowsHash([two, undefined], words),
      await windowsHash([undefined, one], words),
      await windowsHash([one, two], words),
      await windowsHash([one, undefined], { edition: "Home" }),
    ];
    expect(new Set([hash, ...others]).size).toBe(5);
  });
});

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { asset } from "../core/paths.js";
import { machineRecipe, machineTags, nodeMachineRecipe } from "./machine-recipe.js";
import { findMachineImage, listMachineImages, machineImageFolder, removeMachineImage } from "./machine-store.js";

test("a machine's image is another one as soon as its suite or any of its files is", () => {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-recipe-"));
  try {
    cpSync(asset("images"), folder, { recursive: true });
    const recipe = () => machineRecipe("plain", { images: folder });
    const before = recipe();
    expect(before.tag).toBe(machineRecipe().tag);
    expect(before.packages).toContain("cifs-utils");
    expect(machineRecipe("plain", { suite: "forky", images: folder }).tag).not.toBe(before.tag);
    writeFileSync(join(folder, "machine", "init"), "#!/bin/sh\n");
    expect(recipe().tag).not.toBe(before.tag);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a variant has what the ordinary image has and more, and is another one when either changes", () => {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-recipe-"));
  try {
    cpSync(asset("images"), folder, { recursive: true });
    const tags = () => [machineRecipe("plain", { images: folder }).tag, machineRecipe("rdma", { images: folder }).tag];
    const [plain, rdma] = tags();
    expect(rdma).toMatch(/^plugfest\/machine:trixie-rdma-[0-9a-f]{12}$/);
    expect(machineRecipe("rdma").packages).toEqual(expect.arrayContaining(["openssh-server", "perftest"]));
    expect(machineTags()).toEqual(expect.arrayContaining([plain, rdma]));
    writeFileSync(join(folder, "machine-rdma", "packages"), "rdma-core\n");
    expect(tags()[0]).toBe(plain);
    expect(tags()[1]).not.toBe(rdma);
    writeFileSync(join(folder, "machine", "fstab"), "\n");
    expect(tags()[0]).not.toBe(plain);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a kernel of the user's makes another image, and so does each change of its modules", () => {
  const folder = mkdtempSync(join(tmpdir(), "plugfest-recipe-"));
  try {
    mkdirSync(join(folder, "modules", "kernel"), { recursive: true });
    writeFileSync(join(folder, "vmlinuz"), "the kernel");
    const kernel = { release: "6.18.0", image: join(folder, "vmlinuz"), modules: join(folder, "modules") };
    const tags = () => [machineRecipe("rdma", { kernel }).tag, nodeMachineRecipe("4.25", { kernel }).tag];
    const [client, node] = tags();
    expect(client).not.toBe(machineRecipe("rdma").tag);
    expect(node).not.toBe(nodeMachineRecipe("4.25").tag);
    writeFileSync(join(folder, "modules", "kernel", "cifs.ko"), "a module");
    expect(tags()[0]).not.toBe(client);
    expect(tags()[1]).not.toBe(node);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("SMB Direct takes modules that are compiled, unless the kernel is the user's", () => {
  const { packages, once, folders } = machineRecipe("smbdirect");
  expect(packages).toEqual(expect.arrayContaining(["ksmbd-tools", "nftables", "perftest"]));
  expect(once).toContain("compiled");
  expect(folders).toContain(asset("images", "machine-smbdirect"));
  for (const variant of ["rdma", "ksmbd"] as const) expect(machineRecipe(variant).once).toBeNull();
  expect(machineRecipe("ksmbd").packages).toContain("ksmbd-tools");
});

test("a machine keeps cifs and ksmbd where kernels have them: below fs/smb, and before Linux 6.4 in folders of their own", () => {
  const kept = readFileSync(asset("images", "machine", "modules"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const isKept = (path: string) => kept.some((expression) => new RegExp(expression).test(path));
  const now = ["fs/smb/client/cifs.ko.xz", "fs/smb/common/cifs_md4.ko.xz", "fs/smb/server/ksmbd.ko.xz"];
  const before = [
    "fs/cifs/cifs.ko",
    "fs/smbfs_common/cifs_arc4.ko",
    "fs/smbfs_common/cifs_md4.ko",
    "fs/ksmbd/ksmbd.ko",
  ];
  const others = ["fs/xfs/xfs.ko.xz", "drivers/gpu/drm/drm.ko.xz", "sound/core/snd.ko.xz"];
  expect([...now, ...before, ...others].filter(isKept)).toEqual([...now, ...before]);
});

test("a node that is a machine has the packages that it has as a container, and the kernel of a release", () => {
  const { packages, ...of425 } = nodeMachineRecipe("4.25");
  expect(of425).toMatchObject({ suite: "forky", kernelSuite: "trixie", samba: "4.25" });
  expect(nodeMachineRecipe("4.24")).toMatchObject({
    suite: "trixie",
    target: "trixie-backports",
    kernelSuite: "trixie",
  });
  expect(nodeMachineRecipe("4.24").tag).not.toBe(of425.tag);
  const dockerfile = readFileSync(asset("images", "node", "Dockerfile"), "utf8");
  const [, listed = ""] = /-t "\$\{TARGET\}" \\\n(.*?);/s.exec(dockerfile) ?? [];
  const inContainers = listed.split(/[\s"\\]+/).flatMap((word) => word.replace("=$samba", "") || []);
  expect(inContainers).toContain("ctdb");
  // A container's init is tini; a machine has its own.
  expect(inContainers.filter((name) => !packages.includes(name))).toEqual(["tini"]);
});

test("a node with RDMA has its tools beside what each node has, in an image of its own that is kept", () => {
  const [plain, rdma] = [nodeMachineRecipe("4.25"), nodeMachineRecipe("4.25", { rdma: true })];
  expect(rdma.tag).toMatch(/^plugfest\/machine:samba-4\.25-rdma-[0-9a-f]{12}$/);
  expect(rdma.packages).toEqual([...plain.packages, ...machineRecipe("rdma").packages.slice(-5)]);
  expect(rdma.packages).toContain("perftest");
  expect(plain.packages).not.toContain("perftest");
  expect(machineTags()).toEqual(expect.arrayContaining([plain.tag, rdma.tag]));
});

test("an image that was not built whole is none", () => {
  const state = mkdtempSync(join(tmpdir(), "plugfest-images-"));
  try {
    const { tag } = machineRecipe();
    cpSync(asset("images", "machine"), machineImageFolder(state, tag), { recursive: true });
    expect(findMachineImage(state, tag)).toBeUndefined();
    for (const [name, text] of Object.entries({ id: "sha256:0\n", versions: "linux 6.12\n", kernel: "", initrd: "" })) {
      writeFileSync(join(machineImageFolder(state, tag), name), text);
    }
    writeFileSync(join(machineImageFolder(state, tag), "root.qcow2"), "");
    expect(findMachineImage(state, tag)).toMatchObject({ id: "sha256:0", versions: { linux: "6.12" } });
    expect(listMachineImages(state).map(({ reference }) => reference)).toEqual([tag]);
    removeMachineImage(state, tag);
    expect(listMachineImages(state)).toEqual([]);
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
});

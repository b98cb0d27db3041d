import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { UserError } from "../core/errors.js";
import { readTopology } from "./load.js";

const folder = mkdtempSync(join(tmpdir(), "plugfest-kernel-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The beginning of a bzImage, as far as it tells its release. */
function bzImage(version: string): Buffer {
  const image = Buffer.alloc(0x4000);
  image.write("HdrS", 0x202, "latin1");
  image.writeUInt16LE(0x3000, 0x20e);
  image.write(`${version} (builder@host) #1 SMP\0`, 0x3200, "latin1");
  return image;
}

writeFileSync(join(folder, "vmlinuz"), bzImage("6.18.0-mine"));
writeFileSync(join(folder, "text"), "no kernel\n");
const builtIn = "kernel/drivers/virtio/virtio_pci.ko\nkernel/fs/ext4/ext4.ko\n";
const asModules =
  "kernel/drivers/block/virtio-blk.ko\nkernel/drivers/net/virtio_net.ko.xz\nkernel/fs/smb/client/cifs.ko\n";
for (const release of ["6.18.0-mine", "6.12.1"]) {
  mkdirSync(join(folder, "modules", release, "kernel"), { recursive: true });
  writeFileSync(join(folder, "modules", release, "modules.builtin"), builtIn);
  writeFileSync(join(folder, "modules", release, "modules.order"), asModules);
}

const mine = "{ image: ./vmlinuz, modules: ./modules/6.18.0-mine }";

function read(kernel: string, clients = "{ pc: { kind: cifs } }", more = "") {
  const cluster = '{ nodes: 2, samba: "4.25", shares: { dvd: { path: /cluster/dvd } } }';
  const text = `name: own\nkernel: ${kernel}\ncluster: ${cluster}\nclients: ${clients}\n${more}`;
  return readTopology(join(folder, "own.yaml"), text, { knownSamba: ["4.25"] });
}

function complaints(...given: Parameters<typeof read>): string[] {
  try {
    read(...given);
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics.map(({ code, message }) => `${code}: ${message}`);
  }
  throw new Error("nothing was wrong");
}

describe("a kernel of the user's", () => {
  test("is known by its own release, from wherever it is asked for", () => {
    const { spec, source } = read(mine);
    const whole = { image: join(folder, "vmlinuz"), modules: join(folder, "modules/6.18.0-mine") };
    expect(spec.kernel).toEqual({ release: "6.18.0-mine", ...whole });
    expect(readTopology("/elsewhere/own.yaml", source.text, { knownSamba: ["4.25"] }).spec.kernel).toEqual(spec.kernel);
  });

  test.each([
    [
      "{ image: ./none, modules: ./modules }",
      [
        `topology/no-kernel: kernel.image: there is no file ${join(folder, "none")}`,
        "topology/no-modules: kernel.modules: ./modules is no folder of a kernel's modules: it has no kernel",
      ],
    ],
    [
      "{ image: ./text, modules: ./modules/6.12.1 }",
      ["topology/no-kernel: kernel.image: ./text is no kernel for x86 (a bzImage)"],
    ],
    [
      "{ image: ./vmlinuz, modules: ./modules/6.12.1 }",
      ["topology/other-modules: kernel.modules: the kernel is 6.18.0-mine, and these are the modules of 6.12.1"],
    ],
  ])("%s is refused", (kernel, expected) => {
    expect(complaints(kernel)).toEqual(expected);
  });

  test("is refused where nothing boots it", () => {
    const found = complaints(mine, "{ pc: { kind: smb3 } }");
    expect(found).toEqual([
      "topology/kernel-of-nobody: no machine of this topology is a virtual one, and a container has the host's kernel",
    ]);
  });

  test("is refused where it lacks what its machines are to do, each option once and by its name", () => {
    const servers = "servers: { nas: { kind: ksmbd, shares: [iso] } }\n";
    const networks = "networks: { public: { subnet: 10.9.2.0/24, rdma: rxe } }\n";
    const found = complaints(mine, "{ pc: { kind: cifs }, other: { kind: smb3, rdma: siw } }", servers + networks);
    const lacks = (option: string, what: string) =>
      `topology/kernel-lacks: kernel.modules: the kernel 6.18.0-mine is without ${option}, which ${what} needs`;
    expect(found).toEqual([
      lacks("CONFIG_OCFS2_FS_O2CB", "the storage of the nodes"),
      lacks("CONFIG_RDMA_RXE", "the RDMA (rxe) of the nodes"),
      lacks("CONFIG_SMB_SERVER", "the server nas"),
      lacks("CONFIG_RDMA_SIW", "the RDMA (siw) of other"),
    ]);
  });
});

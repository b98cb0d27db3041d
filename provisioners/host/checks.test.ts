import { describe, expect, it } from "vitest";
import { withoutKernel } from "../../topologies/host-kernel.js";
import { checkHost, type HostCheck } from "./checks.js";
import { installMissing } from "./packages.js";
import type { HostProbes } from "./probes.js";

/** A host that lacks nothing, but for what a test says. */
function host(differences: Partial<HostProbes> = {}): HostProbes {
  return {
    nodeVersion: "20.11.1",
    isRoot: true,
    osRelease: { ID: "debian", PRETTY_NAME: "Debian GNU/Linux 12 (bookworm)" },
    memoryBytes: 8e9,
    hasProgram: () => true,
    qemuVersion: () => Promise.resolve("QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)"),
    hasDevice: () => true,
    lackOfTaps: () => undefined,
    lackOfKvm: () => undefined,
    knownAccelerator: () => Promise.resolve("kvm"),
    freeBytes: () => 50e9,
    makesDevice: () => Promise.resolve(true),
    knowsFileSystem: () => true,
    kernel: { netem: true },
    host: { lackOfCifs: null, lackOfRdma: { rxe: null, siw: "siw is for machines" } },
    registryAnswers: () => Promise.resolve(true),
    engine: () => Promise.resolve({ title: "unix:///var/run/docker.sock", version: "20.10.24", isLocal: true }),
    ...differences,
  };
}

async function checked(differences: Partial<HostProbes>, name: string): Promise<HostCheck> {
  const check = (await checkHost(host(differences), "/state")).find((one) => one.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check;
}

const noEngine = (code: string) => () => Promise.resolve({ code, message: "no engine", hint: "start one" });

describe("what a host lacks", () => {
  it("is nothing on a host that has everything", async () => {
    const checks = await checkHost(host(), "/state");
    expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
  });

  it("is Node, when it is too old", async () => {
    expect(await checked({ nodeVersion: "18.19.0" }, "node")).toMatchObject({ status: "missing" });
    expect(await checked({ nodeVersion: "20.9.0" }, "node")).toMatchObject({ status: "missing" });
    expect(await checked({ nodeVersion: "22.0.0" }, "node")).toMatchObject({ status: "ok" });
  });

  it("is an engine, which a package cures only where dockerd is not installed", async () => {
    const absent = { engine: noEngine("engine/none"), hasProgram: (name: string) => name !== "dockerd" };
    expect(await checked(absent, "engine")).toMatchObject({ status: "missing", packages: ["docker.io", "iproute2"] });
    expect(await checked({ engine: noEngine("engine/not-ready") }, "engine")).toMatchObject({ packages: [] });
  });

  it("is no engine where plugfest may start its own", async () => {
    expect(await checked({ engine: noEngine("engine/none") }, "engine")).toMatchObject({ status: "ok" });
  });

  it("is never cured by another engine when the user named one that does not answer", async () => {
    const named = { engine: noEngine("engine/unreachable"), hasProgram: () => false };
    expect(await checked(named, "engine")).toMatchObject({ status: "missing", packages: [], hint: "start one" });
  });

  it("is the kernel's client where neither this host's kernel has it nor there are virtual machines", async () => {
    const none = { hasProgram: (name: string) => !name.startsWith("qemu") };
    const without = { host: withoutKernel("this host's kernel, 6.1.0, has no cifs") };
    const [here, machine, neither] = [
      await checked(none, "clients of cifs"),
      await checked(without, "clients of cifs"),
      await checked({ ...none, ...without }, "clients of cifs"),
    ];
    expect(here).toMatchObject({ status: "ok", detail: "in containers: this host's kernel has cifs" });
    expect(machine).toMatchObject({
      status: "ok",
      detail: "in virtual machines: this host's kernel, 6.1.0, has no cifs",
    });
    expect(neither).toMatchObject({ status: "limited", detail: "no: this host's kernel, 6.1.0, has no cifs" });
  });

  it("is RDMA where neither this host's kernel has it for containers nor there are virtual machines", async () => {
    const none = { hasProgram: (name: string) => !name.startsWith("qemu") };
    const without = { host: withoutKernel("no soft-RoCE") };
    expect(await checked(none, "RDMA links")).toMatchObject({
      ...{ status: "ok", detail: "in containers: this host's kernel has soft-RoCE for them" },
    });
    expect(await checked(without, "RDMA links")).toMatchObject({
      ...{ status: "ok", detail: "in virtual machines, whose kernel has soft-RoCE (rdma_rxe): no soft-RoCE" },
    });
    expect(await checked({ ...none, ...without }, "RDMA links")).toMatchObject({ status: "limited" });
  });

  it("is tcpdump for Windows, which has none", async () => {
    const without = { hasProgram: (name: string) => name !== "tcpdump" };
    expect(await checked(without, "clients of windows")).toMatchObject({ status: "limited", packages: ["tcpdump"] });
  });

  it("is UEFI's firmware and what media are read and written with, for machines with Windows", async () => {
    const name = "machines with Windows";
    const none = { hasProgram: (program: string) => !["7z", "swtpm"].includes(program), hasDevice: () => false };
    expect(await checked(none, name)).toMatchObject({ status: "limited", packages: ["ovmf", "p7zip-full", "swtpm"] });
    const old = { hasDevice: (path: string) => path !== "/usr/share/OVMF/OVMF_CODE_4M.fd" };
    expect(await checked(old, name)).toMatchObject({ status: "ok" });
  });

  it("is QEMU, which packages cure, and no host is unfit for want of it", async () => {
    const without = { hasProgram: (name: string) => name !== "qemu-system-x86_64" };
    const found = await checked(without, "virtual machines");
    expect(found.status).toBe("limited");
    expect(found.packages).toContain("qemu-system-x86");
  });

  it("is a namespace of their own for those who are not root", async () => {
    const hasProgram = (name: string) => name !== "newuidmap";
    expect(await checked({ hasProgram }, "virtual machines")).toMatchObject({ status: "ok" });
    const user = await checked({ hasProgram, isRoot: false }, "virtual machines");
    expect(user.detail).toContain("newuidmap");
    expect(user.packages).toContain("uidmap");
    expect(await checked({ isRoot: false }, "virtual machines")).toMatchObject({ status: "ok" });
  });

  it("is the device that taps are made by, and no package cures that", async () => {
    const lackOfTaps = () => ({ why: "there is no /dev/net/tun", hint: "modprobe tun" });
    expect(await checked({ lackOfTaps }, "virtual machines")).toMatchObject({
      ...{
        status: "limited",
        packages: [],
        detail: "no: there is no /dev/net/tun",
        hint: "for them, modprobe tun",
      },
    });
    expect(await checked({ lackOfTaps, host: withoutKernel("no cifs") }, "clients of cifs")).toMatchObject({
      status: "limited",
    });
  });

  it("is KVM where machines are emulated, with the reason, which limits nobody", async () => {
    const is = async (differences: Partial<HostProbes>) => checked(differences, "virtual machines");
    expect(await is({})).toMatchObject({ status: "ok", detail: "with KVM" });
    const untried = { knownAccelerator: () => Promise.resolve(undefined) };
    expect(await is(untried)).toMatchObject({ status: "ok", detail: "with KVM, if it proves to work" });
    const useless = { knownAccelerator: () => Promise.resolve("tcg" as const) };
    expect(await is(useless)).toMatchObject({ detail: "emulated, for KVM was tried and runs no machine here" });
    const absent = { lackOfKvm: () => "there is no /dev/kvm" };
    expect(await is(absent)).toMatchObject({ detail: "emulated, for there is no /dev/kvm" });
  });

  it("is a newer QEMU, where it is older than those with which no guest has panicked", async () => {
    const old = { qemuVersion: () => Promise.resolve("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)") };
    const found = await checked(old, "virtual machines");
    expect(found).toMatchObject({ status: "limited", detail: expect.stringContaining("QEMU 7.2.22 is old") as string });
    expect(found.hint).toContain("bookworm-backports");
    // They work all the same.
    expect(await checked(old, "clients of cifs")).toMatchObject({ status: "ok" });
  });

  it("is mmdebstrap only where no registry answers", async () => {
    const without = { hasProgram: (name: string) => name !== "mmdebstrap" };
    expect(await checked(without, "base images")).toMatchObject({ status: "ok" });
    const alone = { ...without, registryAnswers: () => Promise.resolve(false) };
    expect(await checked(alone, "base images")).toMatchObject({
      status: "missing",
      packages: ["mmdebstrap", "debian-archive-keyring"],
    });
  });

  it("names devices the kernel cannot make, and does not claim what it could not check", async () => {
    expect(await checked({ makesDevice: () => Promise.resolve(false) }, "kernel: veth")).toMatchObject({
      status: "missing",
    });
    const unknown = { makesDevice: () => Promise.resolve(undefined) };
    expect(await checked(unknown, "kernel: bridge")).toMatchObject({ status: "limited" });
  });

  it("is netem only for those who impair links", async () => {
    expect(await checked({ kernel: { netem: false } }, "kernel: netem")).toMatchObject({
      ...{ status: "limited", detail: expect.stringContaining("impair") as string },
      hint: expect.stringContaining("CONFIG_NET_SCH_NETEM") as string,
    });
    expect(await checked({ kernel: { netem: undefined } }, "kernel: netem")).toMatchObject({ status: "limited" });
  });

  it("says nothing of this kernel when the engine is on another machine", async () => {
    const far = { engine: () => Promise.resolve({ title: "tcp://far", version: "27.0", isLocal: false }) };
    const names = (await checkHost(host(far), "/state")).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith("kernel"))).toEqual([]);
  });

  it("warns of little disk and memory, with what to do", async () => {
    expect(await checked({ freeBytes: () => 2e9 }, "disk")).toMatchObject({
      status: "limited",
      hint: expect.stringContaining("PLUGFEST_STATE") as string,
    });
    expect(await checked({ memoryBytes: 1e9 }, "memory")).toMatchObject({ status: "limited" });
  });
});

describe("installing what is missing", () => {
  const lacking: HostCheck = { name: "engine", status: "missing", detail: "none", packages: ["docker.io"] };
  const options = { checks: [lacking], isDebianLike: true, isRoot: true, say: () => undefined, env: {} };

  it("does nothing when no package would help", async () => {
    expect(await installMissing({ ...options, checks: [{ ...lacking, packages: [] }] })).toEqual([]);
  });

  it("says what to install where it may not", async () => {
    await expect(installMissing({ ...options, isRoot: false })).rejects.toMatchObject({
      failure: { code: "host/cannot-install", hint: "run as root: apt-get install docker.io" },
    });
    await expect(installMissing({ ...options, isDebianLike: false })).rejects.toMatchObject({
      failure: { hint: "install what these Debian packages have: docker.io" },
    });
  });
});

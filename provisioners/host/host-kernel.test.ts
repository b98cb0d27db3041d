import { expect, test } from "vitest";
import { hostBelow, hostKernel } from "./host-kernel.js";

/** A host with these files. */
const host = (files: Readonly<Record<string, string>>) => (path: string) => {
  const content = files[path];
  return content === undefined ? undefined : Buffer.from(content);
};
const release = { "/proc/sys/kernel/osrelease": "6.1.0\n" };

test("containers mount where the kernel has cifs: loaded, or a module that it can load", () => {
  const loaded = { ...release, "/proc/filesystems": "nodev\tsysfs\n\text4\nnodev\tcifs\n" };
  const config = { ...release, "/boot/config-6.1.0": "CONFIG_CIFS=m\n" };
  const module = { ...config, "/lib/modules/6.1.0/modules.dep": "kernel/fs/smb/client/cifs.ko.xz: \n" };
  expect(hostKernel(host(loaded)).lackOfCifs).toBeNull();
  expect(hostKernel(host(module)).lackOfCifs).toBeNull();
  expect(hostKernel(host({ ...config, "/lib/modules/6.1.0/modules.dep": "" })).lackOfCifs).toContain(
    "6.1.0, has no cifs",
  );
  expect(hostKernel(host(release)).lackOfCifs).toContain("6.1.0, has no cifs");
  expect(hostKernel(host({})).lackOfCifs).toContain("no Linux");
});

test("nobody knows the kernel of an engine elsewhere, and a user's engine may not mount", () => {
  expect(hostBelow({ DOCKER_HOST: "tcp://lab:2375" }).lackOfCifs).toContain("on another machine");
  expect(hostBelow({ DOCKER_HOST: "unix:///run/user/1000/docker.sock" }).lackOfCifs).toContain("a user's own engine");
});

test("soft-RoCE reaches containers where the kernel has it and it knows their network namespaces", () => {
  const rxe = (kernel: string, more: Readonly<Record<string, string>> = {}) => {
    const modules = { [`/lib/modules/${kernel}/modules.dep`]: "kernel/drivers/infiniband/sw/rxe/rdma_rxe.ko.xz: \n" };
    return hostKernel(host({ "/proc/sys/kernel/osrelease": `${kernel}\n`, ...modules, ...more })).lackOfRdma.rxe;
  };
  expect(rxe("7.3.4+deb13-amd64")).toBeNull();
  expect(rxe("7.2.12+deb14-amd64")).toBeNull();
  expect(rxe("10.0.1")).toBeNull();
  expect(rxe("6.12.117+deb13-amd64")).toContain("does not reach containers: that takes Linux 7.2");
  expect(rxe("7.3.4", { "/sys/module/ib_core/parameters/netns_mode": "Y\n" })).toBeNull();
  expect(rxe("7.3.4", { "/sys/module/ib_core/parameters/netns_mode": "N\n" })).toContain("netns exclusive");
  expect(hostKernel(host(release)).lackOfRdma).toMatchObject({
    rxe: "this host's kernel, 6.1.0, has no soft-RoCE (rdma_rxe)",
    siw: expect.stringContaining("virtual machines") as string,
  });
});

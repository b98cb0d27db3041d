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
  expect(hostBelow({ DOCKER_HOST: "unix:///run/user/1000/docker.sock" }).lackOfCifs).toContain("may not mount");
});

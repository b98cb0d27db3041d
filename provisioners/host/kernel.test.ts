import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { kernelFacts } from "./kernel.js";

/** A host with these files. */
const host = (files: Readonly<Record<string, string | Buffer>>) => (path: string) => {
  const content = { "/proc/sys/kernel/osrelease": "6.1.0\n", ...files }[path];
  return content === undefined ? undefined : Buffer.from(content);
};
const config = (line: string) => ({ "/proc/config.gz": gzipSync(`CONFIG_NET=y\n${line}\n`) });
const modules = { "/lib/modules/6.1.0/modules.dep": "kernel/net/sched/sch_netem.ko.xz:\n" };

describe("netem", () => {
  it.each([
    ["is there when it is built in", config("CONFIG_NET_SCH_NETEM=y"), true],
    ["is not there when the kernel was built without it", config("# CONFIG_NET_SCH_NETEM is not set"), false],
    ["is there as a module", { ...config("CONFIG_NET_SCH_NETEM=m"), ...modules }, true],
    [
      "is not there when its module is not installed",
      { ...config("CONFIG_NET_SCH_NETEM=m"), "/lib/modules/6.1.0/modules.dep": "kernel/net/sched/sch_tbf.ko:\n" },
      false,
    ],
    ["is known from /boot", { "/boot/config-6.1.0": "# CONFIG_NET_SCH_NETEM is not set\n" }, false],
    ["is known from the modules alone", modules, true],
    ["is not known where nothing tells", {}, undefined],
  ])("%s", (_what, files, netem) => {
    expect(kernelFacts(true, host(files))).toEqual({ netem });
  });

  it("of an engine on another machine is not known", () => {
    expect(kernelFacts(false, host(modules))).toEqual({ netem: undefined });
  });
});

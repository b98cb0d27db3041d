import { describe, expect, it } from "vitest";
import { ownOwner } from "../../core/owner.js";
import { commandLine } from "./command-line.js";
import { tapName } from "./machine-folder.js";
import { shellLine } from "../ssh/posix-shell.js";

const record = {
  ...{ id: "client/laptop", lab: "red", node: "laptop", specHash: "0", createdMs: 0, uuid: "u-u-i-d", image: "i" },
  ...{ memoryMiB: 384, stamp: { lab: "red", owner: ownOwner(), keep: true, version: "0", source: "" } },
  disks: [{ name: "cluster", path: "/volumes/a,b/disk.raw" }],
  folders: [{ name: "shared", path: "/volumes/c,d" }],
  links: [
    { network: "public", address: "10.0.0.2", mac: "52:54:00:00:00:01", tap: tapName("red", "laptop", "public") },
  ],
};
const image = { tag: "i", id: "sha256:0", kernel: "/k", initrd: "/i", root: "/r", shared: undefined, versions: {} };

describe("a machine's command line", () => {
  const args = (restore?: string) => commandLine({ record, image, accelerator: "tcg", restore });

  it("has the uuid by which its process is known, and forwards a port of the loopback alone", () => {
    expect(args()).toContain("u-u-i-d");
    expect(args().join(" ")).toContain("restrict=on,hostfwd=tcp:127.0.0.1:0-169.254.77.15:22");
  });

  it("puts the way in behind the lab's links", () => {
    const nics = args().filter((arg) => arg.startsWith("virtio-net-pci"));
    expect(nics.map((nic) => /netdev=(\w+)/.exec(nic)?.[1])).toEqual(["link0", "mgmt"]);
  });

  it("has each card behind a port of its own, from which it can be taken, and the way in behind the last", () => {
    const parts = args().filter((arg) => /^(pcie-root-port|virtio-net-pci)/.test(arg));
    expect(parts.map((part) => /(?:id=|bus=)(port\d)/.exec(part)?.[1])).toEqual(["port0", "port0", "port1", "port1"]);
  });

  it("emulates no addresses wider than the processor admits", () => {
    expect(args()[args().indexOf("-cpu") + 1]).toBe("max,-svm,-la57,-erms,-fsrm");
  });

  it("has an emulated machine keep its time by a clock that says its own frequency", () => {
    expect(args()[args().indexOf("-append") + 1]).toMatch(/ clocksource=hpet$/);
    expect(commandLine({ record, image, accelerator: "kvm", restore: undefined }).join(" ")).not.toContain(
      "clocksource",
    );
  });

  it("shares a disk with other machines, wherever it is", () => {
    expect(args().find((arg) => arg.includes("id=cluster"))).toContain("file=/volumes/a,,b/disk.raw,");
    expect(args().find((arg) => arg.includes("drive=cluster"))).toContain("share-rw=on");
  });

  it("shares a folder with other machines, whose files have the owners that the guests give them", () => {
    expect(args().find((arg) => arg.startsWith("local,id=shared"))).toBe(
      "local,id=shared,path=/volumes/c,,d,security_model=passthrough",
    );
    expect(args()).toContain("virtio-9p-pci,fsdev=shared,mount_tag=shared");
  });

  it("goes on from a saved state whose path may have any characters", () => {
    expect(args("/state/o'neil").slice(-2)).toEqual(["-incoming", `exec:cat '/state/o'\\''neil'`]);
    expect(args()).not.toContain("-incoming");
  });
});

describe("names and words", () => {
  it("names a tap by its link, as short as interfaces must be", () => {
    const name = tapName("a-lab-with-a-long-name", "laptop", "public");
    expect(name).toMatch(/^pft-[0-9a-f]{10}$/);
    expect(name).not.toBe(tapName("a-lab-with-a-long-name", "laptop", "private"));
  });

  it("gives a shell words that it does not change", () => {
    expect(shellLine(["echo", "it's $HOME", ""], { A: "b c" })).toBe(`exec env 'A=b c' 'echo' 'it'\\''s $HOME' ''`);
    expect(shellLine(["true"])).toBe("exec 'true'");
  });
});

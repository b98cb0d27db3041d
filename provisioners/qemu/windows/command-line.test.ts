import { describe, expect, it } from "vitest";
import { ownOwner } from "../../../core/owner.js";
import { tapName } from "../machine-folder.js";
import { windowsCommandLine } from "./command-line.js";
import { windowsHardware } from "./hardware.js";
import { windowsSeed } from "./seed.js";

const record = {
  ...{ id: "client/pc", lab: "red", node: "a-very-long-named-pc", specHash: "0", createdMs: 0, uuid: "u-u-i-d" },
  ...{ image: "i", memoryMiB: 4096, system: "windows" as const, disks: [], folders: [] },
  stamp: { lab: "red", owner: ownOwner(), keep: true, version: "0", source: "" },
  links: [
    {
      network: "public",
      address: "10.0.0.2",
      mac: "52:54:00:00:00:01",
      tap: tapName("red", "pc", "public"),
      mtu: 9000,
    },
  ],
};
const firmware = { code: "/f/a,b.fd", variables: "/f/v.fd" };
const inbox = { devices: "inbox", tpm: false } as const;

describe("the command line of a machine with Windows", () => {
  const args = (image: { devices: "inbox" | "virtio"; tpm: boolean } = inbox) =>
    windowsCommandLine({ record, image, accelerator: "kvm", firmware });
  const devices = (image?: Parameters<typeof args>[0]) =>
    args(image).filter((_arg, index, all) => all[index - 1] === "-device");

  it("has the firmware, write-protected, and variables of its own that snapshots take in", () => {
    expect(args()).toContain("if=pflash,format=raw,readonly=on,file=/f/a,,b.fd");
    expect(args()).toContain("if=pflash,format=qcow2,file=variables.qcow2");
  });

  it("has devices that every Windows knows, and virtio's where it has drivers for them", () => {
    expect(devices().filter((device) => device.includes("virtio"))).toEqual([]);
    expect(devices()).toContain("ide-hd,bus=ide.0,drive=root,bootindex=1");
    const virtio = devices({ devices: "virtio", tpm: false });
    expect(virtio).toContain("virtio-blk-pci,drive=root,bootindex=1");
    expect(virtio.filter((device) => device.startsWith("virtio-net-pci"))).toHaveLength(2);
    expect(virtio.join()).not.toContain("e1000e");
  });

  it("has a card on each network, by the names that cables are pulled by, and the way in behind them", () => {
    const cards = devices().filter((device) => device.startsWith("e1000e"));
    expect(cards).toEqual([
      "e1000e,id=nic-link0,netdev=link0,mac=52:54:00:00:00:01,romfile=",
      "e1000e,netdev=mgmt,mac=52:54:00:ff:00:01,romfile=",
    ]);
    expect(args().join(" ")).toContain("restrict=on,hostfwd=tcp:127.0.0.1:0-192.0.2.15:22");
  });

  it("starts again when Windows does, and has a TPM where its image has", () => {
    expect(args()).not.toContain("-no-reboot");
    expect(args().join(" ")).not.toContain("tpm");
    expect(devices({ devices: "inbox", tpm: true })).toContain("tpm-crb,tpmdev=tpm0");
  });

  it("tells Windows that it runs on a hypervisor, where it does", () => {
    expect(args()[args().indexOf("-cpu") + 1]).toContain("host,hv_");
    const emulated = windowsCommandLine({ record, image: inbox, accelerator: "tcg", firmware });
    expect(emulated[emulated.indexOf("-cpu") + 1]).toBe("max,-svm,-la57");
  });

  it("starts from the disk, and from CDs in their order while the disk is empty", () => {
    const cds = ["/iso/win,11.iso", "answers.iso", "/iso/virtio.iso"];
    const hardware = { ...inbox, uuid: "u", name: "n", accelerator: "tcg", firmware, memoryMiB: 256, cds } as const;
    const words = windowsHardware(hardware).join(" ");
    expect(words).toContain("id=cd0,file=/iso/win,,11.iso,format=raw,readonly=on,media=cdrom");
    expect(words.match(/bootindex=\d/g)).toEqual([1, 2, 3, 4].map((index) => `bootindex=${String(index)}`));
    expect(words.match(/ide-cd,bus=ide\.\d/g)).toEqual([1, 2, 3].map((index) => `ide-cd,bus=ide.${String(index)}`));
  });
});

describe("the seed of a machine with Windows", () => {
  it("has the addresses of all of its cards, and a name that Windows takes", () => {
    const seed = windowsSeed({ record, prefixes: new Map([["public", 24]]), hostKey: "h", authorizedKey: "a" });
    expect(seed).toEqual({
      ...{ name: "a-very-long-nam", hostKey: "h", authorizedKey: "a" },
      links: [
        { mac: "52:54:00:00:00:01", address: "10.0.0.2", prefix: 24, mtu: 9000 },
        { mac: "52:54:00:ff:00:01", address: "192.0.2.15", prefix: 24 },
      ],
    });
  });
});

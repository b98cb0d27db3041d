import { describe, expect, it } from "vitest";
import { complaintIn, panicIn, readConsole, whyOff } from "./console.js";

const text = "[    1.0] the kernel's\n1700000000.250000 first\n1700000010.500000 second\n[   99.0] EXT4-fs error\n";

describe("a machine's console", () => {
  it("is what was said, without the times that the guest puts before it", () => {
    expect(readConsole(text, 0, {}).toString()).toBe(
      "[    1.0] the kernel's\nfirst\nsecond\n[   99.0] EXT4-fs error\n",
    );
  });

  it("has times where they are asked for; the kernel's lines have those of the lines before", () => {
    expect(readConsole(text, 1_600_000_000_000, { timestamps: true }).toString()).toBe(
      "2020-09-13T12:26:40.000Z [    1.0] the kernel's\n" +
        "2023-11-14T22:13:20.250Z first\n" +
        "2023-11-14T22:13:30.500Z second\n" +
        "2023-11-14T22:13:30.500Z [   99.0] EXT4-fs error\n",
    );
  });

  it("begins where it is asked to, and ends with so many bytes", () => {
    expect(readConsole(text, 0, { sinceMs: 1_700_000_005_000 }).toString()).toMatch(/^second\n/);
    expect(readConsole(text, 0, { tailBytes: 6 }).toString()).toBe("error\n");
    expect(readConsole("", 0, { sinceMs: 1 }).toString()).toBe("");
  });

  it("tells why a machine is off: it panicked, was shut down, lacked something, or none of these", () => {
    expect(whyOff("Kernel panic - not syncing: sysrq\nmore\n")).toBe("the kernel panicked: sysrq");
    const powerOff = "plugfest: power off\n1700000011.500000 Connection closed\n[    8.2] reboot: Power down\n";
    expect(whyOff(text + powerOff)).toBe("it was shut down");
    expect(whyOff("plugfest: cannot go on: there is no ssh server in it\n")).toBe("there is no ssh server in it");
    expect(whyOff(text)).toBe("its QEMU ended");
    expect(complaintIn(text)).toBeUndefined();
    const again = "Kernel panic - not syncing: sysrq\n1700000020.000000 plugfest: laptop is up\n";
    expect(whyOff(again)).toBe("its QEMU ended");
    expect(whyOff(`${again}Kernel panic - not syncing: hung_task\n`)).toBe("the kernel panicked: hung_task");
  });

  it("tells a panic", () => {
    expect(panicIn("[ 2.0] Kernel panic - not syncing: VFS: no root\n")).toBe("VFS: no root");
    expect(panicIn(text)).toBeUndefined();
  });
});

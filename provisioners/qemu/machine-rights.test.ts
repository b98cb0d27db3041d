import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lackOfRights, requireRights } from "./machine-rights.js";

const nodes = (...runtimes: ("docker" | "qemu")[]) =>
  ({ nodes: runtimes.map((runtime) => ({ runtime })) }) as unknown as Parameters<typeof lackOfRights>[0];

const hasTaps = existsSync("/dev/net/tun");
if (!hasTaps) console.warn("skipped: there is no /dev/net/tun");

describe.skipIf(!hasTaps)("who may have virtual machines", () => {
  it("is everybody with the device for taps, where nodes are containers", () => {
    expect(lackOfRights(nodes("docker", "docker"), 0)).toBeUndefined();
    expect(lackOfRights(nodes(), 0)).toBeUndefined();
  });

  it("is root alone where nodes are, for they share a volume; others are told so", () => {
    expect(lackOfRights(nodes("qemu"), 0)).toBeUndefined();
    expect(() => {
      requireRights(nodes("docker", "qemu"), 1000);
    }).toThrow("what nodes share is the engine's volume, which only root may open");
  });
});

import { describe, expect, test } from "vitest";
import { engineOrSkip } from "../support/engine.js";
import { testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();

const topology = `name: e2e-kernel
networks:
  private: { subnet: 10.91.214.0/24 }
  public: { subnet: 10.91.215.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  # The handle that the kernel leaves behind keeps others from the file for so long.
  laptop: { kind: cifs, runtime: qemu, memory: 384MiB, mount: { hard: true, handleTimeout: 2s } }
`;

const steps = `  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 16MiB, rate: 2.5MB }
    during:
      - at: { copy: dvd, bytes: 2MiB }
        impair: { link: laptop/public, delay: 20ms }
      - at: { copy: dvd, bytes: 6MiB }
        disable: serving(dvd)
  - exec: { on: laptop, run: "! tc qdisc show | grep -q netem && ! ip link show ifb-eth0" }
  - expect: { copy: dvd, failovers: 1, grade: G2, handle: new, stall: { under: 60s }, content: identical, acknowledged: kept }
`;

describe.skipIf(engine === undefined)("the Linux kernel's client in a virtual machine", () => {
  const lab = testLab(topology, { up: false });

  test("copies through a failover on a bad link; the wire tells that it opened the file anew, and the log what the kernel saw", async () => {
    const { ran, told, of } = await lab.play("by-the-kernel", steps);
    expect(ran.exit, told).toBe(0);
    expect(of("copy.connected")[0]?.kernel).toMatch(/-amd64$/);
    const mounts = of("copy.mount").filter(({ copy }) => copy === "dvd");
    expect(new Set(mounts.map(({ instance }) => instance)).size).toBeGreaterThan(1);
    expect(new Set(mounts.map(({ fileId }) => fileId).filter((id) => id !== "")).size).toBe(2);
    expect(mounts.at(-1)).toMatchObject({ tcp: "good", session: "good" });
    expect(of("phases")[0]?.phases.map(({ name }) => name)).toContain("reclaim");
  });
});

import { readFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hostBelow } from "../../provisioners/host/host-kernel.js";
import { engineOrSkip } from "../support/engine.js";
import { type Played, testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();
const { lackOfCifs } = hostBelow(process.env);
if (lackOfCifs !== null) console.warn(`skipped in a container: ${lackOfCifs}`);

const topology = (client: string) => `name: e2e-kernel
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
  laptop: { kind: cifs, ${client}, mount: { hard: true, handleTimeout: 2s } }
`;

/** A copy of so much with a failover at 6 MiB, and what else is done before, under and after it. */
const steps = (pace: string, { before = "", during = "", after = "" } = {}) => `${before}
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, ${pace} }
    during:${during}
      - at: { copy: dvd, bytes: 6MiB }
        disable: serving(dvd)${after}
  - expect: { copy: dvd, failovers: 1, grade: G2, handle: new, stall: { under: 60s }, content: identical, acknowledged: kept }
`;

const badLink = {
  // This kernel may fail a write that it is still handing to its socket as the connection ends (docs/kernel-client.md): with
  // such a buffer it has done that before.
  before: `
  - exec: { on: laptop, run: "echo 4096 4194304 4194304 >/proc/sys/net/ipv4/tcp_wmem" }
  - exec: { on: laptop, run: "echo '<0>what a kernel says' >/dev/kmsg" }`,
  during: `
      - at: { copy: dvd, bytes: 2MiB }
        impair: { link: laptop/public, delay: 20ms }`,
  after: `
  - exec: { on: laptop, run: "! tc qdisc show | grep -q netem && ! ip link show ifb-eth0" }`,
};

/** The wire tells that it opened the file anew, and the events what the kernel saw. */
function expectFailover({ ran, told, of }: Played): void {
  expect(ran.exit, told).toBe(0);
  const mounts = of("copy.mount").filter(({ copy }) => copy === "dvd");
  expect(new Set(mounts.map(({ instance }) => instance)).size).toBeGreaterThan(1);
  expect(new Set(mounts.map(({ fileId }) => fileId).filter((id) => id !== "")).size).toBe(2);
  expect(mounts.at(-1)).toMatchObject({ tcp: "good", session: "good" });
  expect(of("phases")[0]?.phases.map(({ name }) => name)).toContain("reclaim");
}

describe.skipIf(engine === undefined)("the Linux kernel's client in a virtual machine", () => {
  const lab = testLab(topology("runtime: qemu, memory: 384MiB"), { up: false });

  test("copies through a failover on a bad link, and the run has what its kernel said", async () => {
    const played = await lab.play("by-the-kernel", steps("size: 16MiB, rate: 2.5MB", badLink));
    expectFailover(played);
    expect(readFileSync(join(played.path, "nodes", "laptop.log"), "utf8")).toContain("] what a kernel says\n");
    expect(played.of("copy.connected")[0]?.kernel).toMatch(/-amd64$/);
  });
});

describe.skipIf(engine === undefined || lackOfCifs !== null)("the host kernel's client in a container", () => {
  const lab = testLab(topology("runtime: docker"), { up: false });

  test("copies through a failover, and leaves no mount", async () => {
    // A host that is slow itself takes seconds to disable a node.
    const played = await lab.play("by-the-host", steps("size: 24MiB, rate: 1MB"));
    expectFailover(played);
    expect(played.of("copy.connected")[0]?.kernel).toBe(release());
    expect(readFileSync("/proc/fs/cifs/DebugData", "utf8")).not.toContain("10.91.215.");
  });
});

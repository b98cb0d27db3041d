import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Event } from "../../core/event.js";
import { engineOrSkip } from "../support/engine.js";
import { folder, plugfest } from "../support/plugfest.js";

const engine = await engineOrSkip();
const lab = "e2e-kernel";

const topology = `name: ${lab}
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
  laptop: { kind: cifs, memory: 384MiB, mount: { hard: true, handleTimeout: 2s } }
`;

const scenario = `name: by-the-kernel
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 16MiB, rate: 2.5MB }
    during:
      - at: { copy: dvd, bytes: 2MiB }
        impair: { link: laptop/public, delay: 20ms }
      - at: { copy: dvd, bytes: 6MiB }
        disable: serving(dvd)
  - exec: { on: laptop, run: "! tc qdisc show | grep -q netem && ! ip link show ifb-eth0" }
  - expect: { copy: dvd, failovers: 1, grade: G2, handle: new, stall: { under: 60s }, content: identical, acknowledged: kept }
`;

describe.skipIf(engine === undefined)("the Linux kernel's client in a virtual machine", () => {
  const place = folder({ "lab.yaml": topology, "scenario.yaml": scenario });
  const run = (...args: string[]) => plugfest(args, { cwd: place.path });
  afterAll(async () => {
    await run("down", lab);
    place[Symbol.dispose]();
  });

  test("copies through a failover on a bad link; the wire tells that it opened the file anew, and the log what the kernel saw", async () => {
    const ran = await run("run", "scenario.yaml");
    expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
    const text = readFileSync(join(place.path, "runs/by-the-kernel/latest/events.jsonl"), "utf8");
    const events = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Event);
    const connected = events.find((event) => event.type === "copy.connected");
    expect(connected?.kernel).toMatch(/-amd64$/);
    const mounts = events.filter((event) => event.type === "copy.mount").filter(({ copy }) => copy === "dvd");
    expect(new Set(mounts.map(({ instance }) => instance)).size).toBeGreaterThan(1);
    expect(new Set(mounts.map(({ fileId }) => fileId).filter((id) => id !== "")).size).toBe(2);
    expect(mounts.at(-1)).toMatchObject({ tcp: "good", session: "good" });
    const phases = events.find((event) => event.type === "phases");
    expect(phases?.phases.map(({ name }) => name)).toContain("reclaim");
  });
});

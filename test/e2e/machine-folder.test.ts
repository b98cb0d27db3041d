import { beforeAll, describe, expect, test } from "vitest";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();

const topology = `name: e2e-vm-folder
networks:
  private: { subnet: 10.91.92.0/24 }
  public: { subnet: 10.91.93.0/24 }
cluster:
  nodes: 2
  runtime: qemu
  samba: "4.25"
  storage: { kind: shared-volume }
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  laptop: { kind: smb3 }
`;

/** Emulated nodes on a busy host take minutes to be a cluster, and to be one again. */
const busyHostMs = 900_000;

/** Slowly enough that the address moves while the copy is under way, wherever this runs. */
const steps = (
  id: string,
  fault: string,
) => `  - copy: { id: dvd, from: laptop, to: dvd/${id}.iso, size: 16MiB, rate: 200kB }
    during:
      - at: { copy: dvd, bytes: 4MiB }
        ${fault}
  - expect: { copy: dvd, failovers: 1, grade: G4, handle: kept }
  - until: { cluster: healthy, within: 240s }
  - expect: { copy: dvd, content: identical }
`;

describe.skipIf(engine === undefined || !isFull)("cluster nodes that are virtual machines, on a shared folder", () => {
  const lab = testLab(topology, { up: false });
  beforeAll(async () => {
    const up = await lab.run("up", "./lab.yaml");
    expect(up.exit, up.stdout + up.stderr).toBe(0);
  }, busyHostMs);
  const inside = async (node: string, script: string) =>
    (await lab.run("exec", lab.name, node, "--", "sh", "-c", script)).stdout;

  test("know each file by one number, and have one cluster lock, by a lease, where every other lock is everyone's", async () => {
    expect(await inside("node1", "findmnt -no FSTYPE /cluster")).toBe("9p");
    const known = "stat -fc %i /cluster; stat -c %i /cluster/.ctdb/lock";
    expect(await inside("node1", known)).toBe(await inside("node2", known));
    const held = async (helper: string) => {
      const lock = "/cluster/tried";
      await inside(
        "node1",
        `rm -f /run/held; setsid sh -c '${helper} ${lock} 10; :' >/run/held 2>&1 </dev/null &
        until [ -s /run/held ]; do sleep 0.1; done`,
      );
      const second = await inside("node2", `timeout 10 ${helper} ${lock} 10; :`);
      const first = await inside("node1", "cat /run/held; pkill -f '/[c]luster/tried'");
      return [first, second];
    };
    expect(await held("/usr/libexec/ctdb/ctdb_mutex_fcntl_helper")).toEqual(["0", "0"]);
    expect(await held("/usr/local/sbin/ctdb_mutex_flock_helper")).toEqual(["0", "0"]);
    expect(await held("/usr/local/sbin/ctdb_mutex_lease_helper")).toEqual(["0", "1"]);
  });

  test.each([
    ["disabled", "disable: serving(dvd)", "disable"],
    ["crashed", "crash: serving(dvd)", "crash"],
    ["frozen", "freeze: serving(dvd)", "freeze"],
  ])(
    "serve a copy that rides through: %s",
    async (id, fault, name) => {
      const { ran, told, of } = await lab.play(id, steps(id, fault));
      expect(ran.exit, told).toBe(0);
      expect(of("fault.healed").map((healed) => healed.fault)).toEqual([name]);
    },
    busyHostMs,
  );
});

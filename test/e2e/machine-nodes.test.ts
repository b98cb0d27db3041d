import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { folder, plugfest } from "../support/plugfest.js";

const engine = await engineOrSkip();
const lab = "e2e-vm-nodes";

const topology = `name: ${lab}
networks:
  private: { subnet: 10.91.84.0/24 }
  public: { subnet: 10.91.85.0/24 }
cluster:
  nodes: 2
  runtime: qemu
  samba: "4.25"
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  laptop: { kind: smb3 }
`;

/** The image may have to be built, and an emulated cluster takes minutes to start where the host has other work. */
const busyHostMs = 900_000;

const wanted = "failovers: 1, grade: G4, handle: kept";

/** Every place to read the file from, when all are there again. */
const everywhere = `  - until: { cluster: healthy, within: 240s }
  - expect: { copy: dvd, content: identical }
`;

const scenario = (fault: string, rate: string) => `name: nodes-of-their-own
topology: ./lab.yaml
steps:
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 16MiB, rate: ${rate} }
    during:
      - at: { copy: dvd, bytes: 4MiB }
        ${fault}
  - expect: { copy: dvd, ${wanted} }
${everywhere}`;

// Emulated nodes work for a minute and more until they are a cluster: one lab for all, and only where there is time.
describe.skipIf(engine === undefined || !isFull)("cluster nodes that are virtual machines", () => {
  const place = folder({
    "lab.yaml": topology,
    "disabled.yaml": scenario("disable: serving(dvd)", "500kB"),
    "killed.yaml": scenario("kill: { on: serving(dvd), process: smbd }", "500kB"),
    "ctdbd.yaml": scenario("kill: { on: serving(dvd), process: ctdbd }", "500kB"),
    // CTDB looks at the cable every 10 s, and takes its time: the copy must not be over before the address moves.
    "cut.yaml": scenario("cut: serving(dvd)/public", "200kB"),
    "crashed.yaml": scenario("crash: serving(dvd)", "250kB"),
    // A node that OCFS2 has missed ends itself when it goes on.
    "frozen.yaml": scenario("freeze: serving(dvd)", "250kB").replace(everywhere, ""),
  });
  const run = (...args: string[]) => plugfest(args, { cwd: place.path });
  const inside = async (node: string, ...argv: string[]) => (await run("exec", lab, node, "--", ...argv)).stdout;

  beforeAll(async () => {
    const up = await run("up", "lab.yaml");
    expect(up.exit, up.stdout + up.stderr).toBe(0);
  }, busyHostMs);
  afterAll(async () => {
    await run("down", lab);
    place[Symbol.dispose]();
  });

  test("share an OCFS2 whose locks of flock one node at a time has, and those of fcntl all of them", async () => {
    expect(await inside("node1", "stat", "-fc", "%T", "/cluster")).toBe("ocfs2");
    await inside("node1", "sh", "-c", "echo one > /cluster/file; sync");
    expect(await inside("node2", "cat", "/cluster/file")).toBe("one");
    // A helper holds its lock as long as its parent lives, and says so.
    const hold = (helper: string) =>
      `rm -f /run/held; setsid sh -c '${helper} /cluster/tried; :' >/run/held 2>&1 </dev/null &
      until [ -s /run/held ]; do sleep 0.1; done; cat /run/held`;
    const both = async (helper: string) => {
      const first = await inside("node1", "sh", "-c", hold(helper));
      const second = await inside("node2", "sh", "-c", `timeout 5 ${helper} /cluster/tried; :`);
      await inside("node1", "pkill", "-f", "/cluster/tried");
      return [first, second];
    };
    expect(await both("/usr/local/sbin/ctdb_mutex_flock_helper")).toEqual(["0", "1"]);
    expect(await both("/usr/libexec/ctdb/ctdb_mutex_fcntl_helper")).toEqual(["0", "0"]);
  });

  test.each(["disabled", "killed", "ctdbd", "cut", "crashed", "frozen"])(
    "serve a copy that rides through: %s",
    async (fault) => {
      const ran = await run("run", `./${fault}.yaml`);
      expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
    },
    busyHostMs,
  );
});

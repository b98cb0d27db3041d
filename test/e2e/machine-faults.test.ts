import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startPlugfest } from "../support/started.js";
import { testLab } from "../support/test-lab.js";

const topology = `name: e2e-machines
networks:
  private: { subnet: 10.77.43.0/24 }
  public: { subnet: 10.77.44.0/24 }
cluster:
  nodes: 3
  samba: "4.25"
  profile: persistent
  storage: { medium: tmpfs, size: 1GiB }
  publicAddresses: { network: public, count: 3 }
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  laptop: { kind: smb3 }
`;

const steps = (
  id: string,
  fault: string,
  expected: string,
  size: string,
) => `  - copy: { id: dvd, from: laptop, to: dvd/${id}.iso, size: ${size} }
    during:
      - at: { copy: dvd, progress: 30% }
        ${fault}
  - until: { cluster: healthy, within: 40s }
  - expect: { copy: dvd, ${expected} }
`;

describe("faults of machines, networks and storage, in one lab with persistent handles", () => {
  const lab = testLab(topology);

  /** A copy with this fault under way, and then a cluster that must become healthy by the fault's healing alone. */
  const play = async (id: string, fault: string, expected: string, size = "96MiB, rate: 32MB") => {
    const { ran, told, of } = await lab.play(id, steps(id, fault, expected, size));
    return {
      exit: ran.exit,
      told,
      healed: of("fault.healed").map(({ fault: healed }) => healed),
      afterwards: of("step.finished").find(({ title }) => title === "until the cluster is healthy")?.outcome,
      failed: of("copy.failed")[0]?.status,
    };
  };

  it("the serving node crashes: another has its handle, and it boots and joins again", async () => {
    const seen = await play("crashed", "crash: serving(dvd)", "failovers: 1, grade: G4");
    expect(seen, seen.told).toMatchObject({ exit: 0, healed: ["crash"], afterwards: "pass" });
  });

  it("the address of the copy is moved: the node that takes it has the handle", async () => {
    const seen = await play("moved", "moveip: { of: dvd }", "failovers: 1, grade: G4");
    expect(seen, seen.told).toMatchObject({ exit: 0, healed: ["moveip"], afterwards: "pass" });
  });

  it("the public cable of the serving node is pulled: the client goes elsewhere, and so do the addresses", async () => {
    // Its node gives the addresses up some seconds after that.
    const seen = await play("unplugged", "cut: serving(dvd)/public", "failovers: 1, grade: G4", "160MiB, rate: 14MB");
    expect(seen, seen.told).toMatchObject({ exit: 0, healed: ["cut"], afterwards: "pass" });
  });

  it("the leader loses the cluster lock: another one is elected, and the copy is whole", async () => {
    const seen = await play("lockless", "lose-lock: holder", "failovers: 0, content: identical");
    expect(seen, seen.told).toMatchObject({ exit: 0, healed: ["lose-lock holder"], afterwards: "pass" });
  });

  it("the storage is full: the copy fails and says so, and there is room again afterwards", async () => {
    const seen = await play("filled", "storage: full", "grade: G0");
    expect(seen, seen.told).toMatchObject({ failed: "0xC000007F NT_STATUS_DISK_FULL", afterwards: "pass" });
    const { stdout } = await lab.run("exec", lab.name, "node1", "--", "df", "--output=pcent", "/cluster");
    expect(Number(/(\d+)%/.exec(stdout)?.[1])).toBeLessThan(90);
  });

  it("what a killed run leaves of its faults is mended by the next `up`", async () => {
    const left = `name: left
topology: ./lab.yaml
steps:
  - cut: node2/public
  - partition: { from: node3, to: node1 }
  - kill: { process: ctdbd, on: node1 }
  - exec: { on: node1, run: "sleep 600" }
`;
    writeFileSync(join(lab.path(), "left.yaml"), left);
    const run = startPlugfest(["run", "./left.yaml"], lab.path());
    await run.until((event) => event.type === "fault.injected" && event.fault === "kill ctdbd");
    run.kill("SIGKILL");
    await run.ended;
    const up = await lab.run("up", "./lab.yaml");
    expect(up).toMatchObject({ exit: 0 });
    const told = up.stdout + up.stderr;
    for (const note of ["node2 had no cable to public", "node3 reached node1 no more", "node1 had no ctdbd"]) {
      expect(told).toContain(note);
    }
  });
});

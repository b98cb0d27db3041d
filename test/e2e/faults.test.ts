import { describe, expect, it } from "vitest";
import { testLab } from "../support/test-lab.js";

const topology = `name: e2e-faults
networks:
  private: { subnet: 10.77.41.0/24 }
  public: { subnet: 10.77.42.0/24 }
cluster:
  nodes: 3
  samba: "4.25"
  profile: persistent
  publicAddresses: { network: public, count: 3 }
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  laptop: { kind: smb3 }
`;

describe("faults other than disable, in one lab with persistent handles", () => {
  const lab = testLab(topology);

  /** A copy with this fault under way, and then a cluster that must become healthy by the fault's healing alone. */
  const play = async (name: string, fault: string) => {
    const steps = `  - copy: { id: dvd, from: laptop, to: dvd/${name}.iso, size: 256MiB, rate: 40MB }
    during:
      - at: { copy: dvd, progress: 30% }
        ${fault}
  - until: { cluster: healthy, within: 30s }
  - expect: { copy: dvd, grade: G4 }
`;
    const { ran, of } = await lab.play(name, steps);
    const status = await lab.run("exec", lab.name, "node1", "--", "ctdb", "-X", "status");
    return {
      ran,
      grade: of("check.finished").find(({ check }) => check === "dvd: grade"),
      evidence: of("evidence").at(-1)?.evidence,
      stallMs: of("phases").at(-1)?.stallMs,
      flags: of("cluster.state").flatMap(({ nodes }) => nodes.flatMap((node) => node.flags)),
      reclaimed: of("copy.reclaim").some(({ ok }) => ok),
      healed: of("fault.healed").map(({ fault }) => fault),
      afterwards: of("step.finished").find(({ title }) => title === "until the cluster is healthy")?.outcome,
      healthyNodes: [...status.stdout.matchAll(/^\|\d\|[\d.]+\|0\|0\|0\|0\|0\|0\|0\|0\|[YN]\|$/gm)].length,
    };
  };

  it("all smbds of the serving node killed: the handle is reclaimed, and Samba is started again", async () => {
    const seen = await play("killed-all", "kill: { process: smbd, on: serving(dvd) }");
    expect(seen.ran, seen.ran.stdout + seen.ran.stderr).toMatchObject({ exit: 0 });
    expect(seen).toMatchObject({ healed: ["kill smbd"], afterwards: "pass", healthyNodes: 3 });
  });

  it("only the client's smbd killed: the handle is reclaimed from the same node", async () => {
    const seen = await play("killed-one", "kill: { process: smbd, of: dvd }");
    expect(seen.ran, seen.ran.stdout + seen.ran.stderr).toMatchObject({ exit: 0 });
    expect(seen.evidence).toMatchObject({ grade: "G4", failovers: 0 });
    expect(seen).toMatchObject({ afterwards: "pass", healthyNodes: 3 });
  });

  it("the serving node banned for 5 s: the verdict follows what became of the handle", async () => {
    const seen = await play("banned", "ban: { nodes: serving(dvd), for: 5s }");
    expect(seen).toMatchObject({ healed: ["ban"], afterwards: "pass", healthyNodes: 3 });
    expect(seen.flags).toContain("Banned");
    // Samba 4.25 mostly gives the handle back when the ban is over, and sometimes has lost it: both are told as they are. Rarely
    // it comes back from the same node, and need not wait.
    if (seen.reclaimed) {
      expect(seen.ran, seen.ran.stdout + seen.ran.stderr).toMatchObject({ exit: 0 });
      expect(seen.evidence).toMatchObject({ grade: "G4" });
      if (seen.evidence?.failovers !== 0) expect(seen.stallMs, seen.ran.stdout).toBeGreaterThan(3000);
    } else {
      expect(seen.ran, seen.ran.stdout + seen.ran.stderr).toMatchObject({ exit: 1 });
      expect(seen.grade).toMatchObject({
        outcome: "fail",
        reason: expect.stringMatching(/^G[02]: .*; expected G4$/) as string,
      });
    }
  });

  it("the serving node stopped for as long as the client waits: the copy fails, and the verdict says so", async () => {
    const seen = await play("stopped", "stop: serving(dvd)");
    expect(seen.ran, seen.ran.stdout + seen.ran.stderr).toMatchObject({ exit: 1 });
    expect(seen.grade).toMatchObject({
      outcome: "fail",
      reason: expect.stringMatching(/^G0: .*; expected G4$/) as string,
    });
    expect(seen).toMatchObject({ healed: ["stop"], afterwards: "pass", healthyNodes: 3 });
  });
});

import { describe, expect, test } from "vitest";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();

const topology = `name: e2e-kernel-witness
networks:
  private: { subnet: 10.91.226.0/24 }
  public: { subnet: 10.91.227.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  profile: persistent
  witness: true
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
  smbConf: { dvd: { "smb3 ca so:max lease mask": RWH } }
clients:
  laptop: { kind: cifs, witness: true, mount: { hard: true, handleTimeout: 2s } }
`;

const steps = `  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 32MiB, rate: 1MB }
    during:
      - at: { copy: dvd, bytes: 2MiB }
        exec: { on: laptop, run: "grep -q ',witness' /proc/mounts && grep -q 'Witness registrations:' /proc/fs/cifs/DebugData" }
      - at: { copy: dvd, bytes: 4MiB }
        witness-list: { client: laptop }
      - at: { copy: dvd, bytes: 8MiB }
        client-move: { client: laptop }
  - expect: { copy: dvd, failovers: 1, grade: G2, handle: new, content: identical, acknowledged: kept }
`;

// Its modules are compiled, once.
describe.skipIf(engine === undefined || !isFull)("the Linux kernel's client with a witness", () => {
  const lab = testLab(topology, { up: false });

  test("goes where it is told to while its server serves on, and registers there", async () => {
    const { ran, told, of } = await lab.play("moved", steps);
    expect(ran.exit, told).toBe(0);
    const said = of("copy.witness");
    expect(said.map(({ what }) => what)).not.toContain("failed");
    const moves = said.filter(({ kind }) => kind === "client-move");
    expect(moves).toHaveLength(1);
    const [first] = of("copy.connected");
    expect(moves[0]?.address).toBe(first?.address);
    const to = moves[0]?.to ?? [];
    expect(to).not.toContain(first?.address);
    expect(to).toContain(of("copy.session")[0]?.address);
    expect(said.filter(({ what }) => what === "registered").map(({ address }) => address)).toEqual([
      ...[first?.address, of("copy.session")[0]?.address],
    ]);
  });
});

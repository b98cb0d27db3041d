import { describe, expect, test } from "vitest";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();

const topology = `name: e2e-rdma-nodes
networks:
  private: { subnet: 10.91.94.0/24, rdma: rxe }
  public: { subnet: 10.91.95.0/24, rdma: rxe }
cluster:
  nodes: 2
  # What a container has not, whatever the host's kernel has for it.
  memory: 512MiB
  samba: "4.25"
  shares: { dvd: { path: /cluster/dvd } }
`;

// OCFS2 turns a node off that has lost its private network for half a minute: meanwhile nothing is done that may last.
const steps = `  - rdma: { from: node1/private, to: node2, size: 4MiB }
  - rdma: { from: node2/public, to: node1, bandwidth: read, size: 4MiB }
  - cut: node1/private
  - rdma: { from: node1/private, to: node2, answer: no }
  - rdma: { from: node1/public, to: node2, rounds: 5, bandwidth: none }
  - heal: node1
  - rdma: { from: node2/private, to: node1, rounds: 20, bandwidth: none }
  - until: { cluster: healthy, within: 240s }
`;

/** The image may have to be built, and an emulated cluster takes minutes to start where the host has other work. */
const busyHostMs = 900_000;

/** An emulated cluster: for `npm run test:full`. */
describe.skipIf(engine === undefined || !isFull)("soft-RoCE between the nodes of a cluster", () => {
  const { name, play, run } = testLab(topology, { up: false });

  test(
    "makes machines of them, is measured on each of their networks, and a cut of one is seen there alone and healed",
    async () => {
      const plan = await run("plan", "lab.yaml");
      expect(plan.stdout).toContain("node1, node2 become virtual machines: network private has RDMA (rxe)");
      const up = await run("up", "lab.yaml");
      expect(up.exit, up.stdout + up.stderr).toBe(0);
      const links = (await run("exec", name, "node2", "--", "rdma", "link")).stdout;
      expect(links).toContain("rxe0/1 state ACTIVE physical_state LINK_UP netdev eth0");
      expect(links).toContain("rxe1/1 state ACTIVE physical_state LINK_UP netdev eth1");

      const { ran, told, of } = await play("link", steps, "--prove");
      expect(ran.exit, told).toBe(0);
      // The first two are those of the lab, which is asked anew whether it is ready.
      const measured = of("rdma.measured").slice(2);
      expect(measured.map(({ network, ping }) => [network, ping.answered])).toEqual([
        ["private", true],
        ["public", true],
        ["private", false],
        ["public", true],
        ["private", true],
      ]);
      const [written, read, cut] = measured;
      expect(written?.bandwidth?.bytesPerSecond).toBeGreaterThan(0);
      // 4 MiB in packets of at most 4 KiB.
      expect(written?.ends[1]).toMatchObject({ node: "node2", device: "rxe0" });
      expect(written?.ends[1]?.packets?.received).toBeGreaterThan(1024);
      expect(read?.ends[0]).toMatchObject({ node: "node2", device: "rxe1" });
      expect(read?.ends[0]?.packets?.received).toBeGreaterThan(1024);
      expect(cut?.ends.map(({ state }) => state)).toEqual(["DOWN", "ACTIVE"]);
    },
    busyHostMs,
  );
});

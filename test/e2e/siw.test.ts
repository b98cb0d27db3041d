import { describe, expect, test } from "vitest";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();

const topology = `name: e2e-siw
networks: { public: { subnet: 10.91.90.0/24, rdma: siw } }
clients:
  left: { kind: smb3, memory: 384MiB }
  right: { kind: smb3, memory: 384MiB }
`;

/** Of so many connections over siw as Linux has it, one in four had no answer, ever. */
const connections = 20;

const steps = `${"  - rdma: { from: left, to: right, rounds: 3, bandwidth: none }\n".repeat(connections)}
  - rdma: { from: right, to: left, rounds: 3, size: 4MiB }
  - cut: left/public
  - rdma: { from: left, to: right, answer: no }
  - heal: left
  - rdma: { from: left, to: right, bandwidth: read, size: 4MiB }
`;

/** Compiles modules where no image has them yet, and boots two machines: for `npm run test:full`. */
describe.skipIf(engine === undefined || !isFull)("soft-iWARP between two machines", () => {
  const { play } = testLab(topology);

  test("answers each connection, carries reads and writes, and a cut of it is seen and healed", async () => {
    const { ran, told, of } = await play("link", steps, "--prove");
    expect(ran.exit, told).toBe(0);
    // The first is that of the lab, which is asked anew whether it is ready.
    const [, ...measured] = of("rdma.measured");
    expect(measured.map(({ ping }) => ping.answered)).toEqual([
      ...Array.from({ length: connections + 1 }, () => true),
      ...[false, true],
    ]);
    expect(measured.at(-2)?.ends.map(({ state }) => state)).toEqual(["DOWN", "ACTIVE"]);
    expect(measured.at(-1)?.bandwidth?.bytesPerSecond).toBeGreaterThan(0);
    // A device of siw counts nothing: its interface does.
    expect(measured.at(-1)?.ends[1]).toMatchObject({ packets: null });
    expect(measured.at(-1)?.ends[1]?.bytes?.sent).toBeGreaterThan(4 * 2 ** 20);
  });
});

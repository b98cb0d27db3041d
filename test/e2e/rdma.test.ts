import { describe, expect, test } from "vitest";
import { hostBelow } from "../../provisioners/host/host-kernel.js";
import { engineOrSkip } from "../support/engine.js";
import { type Played, testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();
const lack = hostBelow(process.env).lackOfRdma.rxe;
if (lack !== null) console.warn(`skipped in containers: ${lack}`);

const topology = (client: string) => `name: e2e-roce
networks: { public: { subnet: 10.91.83.0/24, rdma: rxe } }
clients:
  left: { kind: smb3, ${client} }
  right: { kind: smb3, ${client} }
`;

const steps = `  - rdma: { from: left, to: right, rounds: 20, size: 4MiB }
  - cut: left/public
  - rdma: { from: left, to: right, answer: no }
  - heal: left
  - rdma: { from: right, to: left, rounds: 20, bandwidth: none }
`;

const broken = `  - cut: right/public
  - rdma: { from: left, to: right, rounds: 5 }
`;

function expectCutAndHealed({ ran, told, of }: Played): void {
  expect(ran.exit, told).toBe(0);
  // The first is that of the lab, which is asked anew whether it is ready.
  const [, before, during, after] = of("rdma.measured");
  expect(before?.bandwidth?.bytesPerSecond).toBeGreaterThan(0);
  // 4 MiB in packets of at most 4 KiB.
  expect(before?.ends[1]?.packets?.received).toBeGreaterThan(1024);
  expect(during?.ends.map(({ state }) => state)).toEqual(["DOWN", "ACTIVE"]);
  expect(during?.ping.answered).toBe(false);
  expect(after?.ping.answered).toBe(true);
}

describe.skipIf(engine === undefined)("soft-RoCE between two machines", () => {
  // By their memory they are machines on every host.
  const { name, play, run } = testLab(topology("memory: 384MiB"), { up: false });

  test("is there without a cluster, is pinged and measured, and a cut of it is seen and healed", async () => {
    const plan = await run("plan", "lab.yaml");
    expect(plan.stdout).toContain("4 to create");
    expect(plan.stdout).toContain("left becomes a virtual machine: network public has RDMA (rxe)");
    const up = await run("up", "lab.yaml");
    expect(up.exit, up.stderr).toBe(0);
    expect((await run("exec", name, "left", "--", "ip", "link", "show", "eth0")).stdout).toContain("mtu 9000");

    expectCutAndHealed(await play("link", steps, "--prove"));

    const red = await play("broken", broken);
    expect(red.ran.exit, red.told).toBe(1);
    expect(red.ran.stdout).toContain("right does not answer left");
    expect((await run("down", name)).stdout).toContain("4 objects");
  });
});

describe.skipIf(engine === undefined || lack !== null)("soft-RoCE between two containers", () => {
  const { play } = testLab(topology("runtime: docker"), { up: false });

  test("is pinged and measured, and a cut of it is seen and healed", async () => {
    expectCutAndHealed(await play("link", steps, "--prove"));
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Event } from "../../core/event.js";
import { engineOrSkip } from "../support/engine.js";
import { folder, plugfest } from "../support/plugfest.js";

const engine = await engineOrSkip();
const lab = "e2e-roce";

const topology = `name: ${lab}
networks: { public: { subnet: 10.91.83.0/24, rdma: rxe } }
clients:
  left: { kind: smb3, memory: 384MiB }
  right: { kind: smb3, memory: 384MiB }
`;

const scenario = `name: link
topology: ./lab.yaml
steps:
  - rdma: { from: left, to: right, rounds: 20, size: 4MiB }
  - cut: left/public
  - rdma: { from: left, to: right, answer: no }
  - heal: left
  - rdma: { from: right, to: left, rounds: 20, bandwidth: none }
`;

const broken = `name: broken
topology: ./lab.yaml
steps:
  - cut: right/public
  - rdma: { from: left, to: right, rounds: 5 }
`;

describe.skipIf(engine === undefined)("soft-RoCE between two machines", () => {
  const place = folder({ "lab.yaml": topology, "link.yaml": scenario, "broken.yaml": broken });
  const run = (...args: string[]) => plugfest(args, { cwd: place.path });
  const measured = (name: string) => {
    const text = readFileSync(join(place.path, "runs", name, "latest", "events.jsonl"), "utf8").trim();
    const events = text.split("\n").map((line) => JSON.parse(line) as Event);
    return events.flatMap((event) => (event.type === "rdma.measured" ? [event] : []));
  };
  afterAll(async () => {
    await run("down", lab);
    place[Symbol.dispose]();
  });

  test("is there without a cluster, is pinged and measured, and a cut of it is seen and healed", async () => {
    const plan = await run("plan", "lab.yaml");
    expect(plan.stdout).toContain("4 to create");
    expect(plan.stdout).toContain("left becomes a virtual machine: network public has RDMA (rxe)");
    const up = await run("up", "lab.yaml");
    expect(up.exit, up.stderr).toBe(0);
    expect((await run("exec", lab, "left", "--", "ip", "link", "show", "eth0")).stdout).toContain("mtu 9000");

    const ran = await run("run", "link.yaml", "--prove");
    expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
    const [, before, during, after] = measured("link");
    expect(before?.bandwidth?.bytesPerSecond).toBeGreaterThan(0);
    // 4 MiB in packets of at most 4 KiB.
    expect(before?.ends[1]?.packets?.received).toBeGreaterThan(1024);
    expect(during?.ends.map(({ state }) => state)).toEqual(["DOWN", "ACTIVE"]);
    expect(during?.ping.answered).toBe(false);
    expect(after?.ping.answered).toBe(true);

    const red = await run("run", "broken.yaml");
    expect(red.exit, red.stdout).toBe(1);
    expect(red.stdout).toContain("right does not answer left");
    expect((await run("down", lab)).stdout).toContain("4 objects");
  });
});

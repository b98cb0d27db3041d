import { existsSync, readdirSync, readFileSync } from "node:fs";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../core/clock.js";
import type { Event } from "../../core/event.js";
import { startTicksOf } from "../../core/owner.js";
import { asset, stateFolder } from "../../core/paths.js";
import { poll } from "../../core/poll.js";
import { labelContext } from "../../images/context.js";
import { imageLabel } from "../../images/labels.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { processesOf } from "../../provisioners/processes.js";
import { tapName } from "../../provisioners/qemu/machine-folder.js";
import { clientImage, engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { folder, plugfest } from "../support/plugfest.js";
import { objectsOf } from "../support/small-lab.js";
import { startPlugfest } from "../support/started.js";
import { testLab } from "../support/test-lab.js";

const engine = await engineOrSkip();
const docker = engineClient(engine?.location ?? { socketPath: "/nonexistent" });
const lab = "e2e-virtual";

const topology = `name: ${lab}
networks:
  private: { subnet: 10.91.196.0/24 }
  public: { subnet: 10.91.197.0/24 }
cluster:
  nodes: 2
  samba: "4.25"
  publicAddresses: { count: 2 }
  shares: { dvd: { path: /cluster/dvd } }
clients:
  laptop: { kind: smb3, runtime: qemu, memory: 384MiB }
`;

const steps = `  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 16MiB, rate: 2.5MB }
    during:
      - at: { copy: dvd, bytes: 4MiB }
        disable: serving(dvd)
  - expect: { copy: dvd, failovers: 1, grade: G4, content: identical }
  - flap: { link: laptop/public, down: 300ms, up: 300ms, times: 3 }
`;

/** The only card is gone for longer than the client waits for a silent node. The capture ends with it: there is no grade. */
const ejected = `  - copy: { id: dvd, from: laptop, to: dvd/ejected.iso, size: 16MiB, rate: 1MB }
    during:
      - at: { copy: dvd, bytes: 4MiB }
        nemesis: { schedule: [{ after: 0s, for: 8s, eject: laptop/public }] }
  - expect: { copy: dvd, failovers: 1, content: identical }
`;

/** All that the machines of this lab are on this host: folders, processes, taps. */
function leftOfMachines(): string[] {
  const machines = `${stateFolder(process.env)}/machines`;
  return [
    ...readdirSync(machines).filter((name) => name === lab),
    ...processesOf("qemu-system", `plugfest-${lab}-`).map((pid) => `process ${String(pid)}`),
    ...readdirSync("/sys/class/net").filter((name) => name === tapName(lab, "laptop", "public")),
  ];
}

describe.skipIf(engine === undefined)("a client in a virtual machine", () => {
  const { path, play, run } = testLab(topology, { up: false });

  test("is on the cluster's networks, rides through a failover between containers, and has its cable pulled as often as `flap` is told", async () => {
    const up = await run("up", "lab.yaml");
    expect(up.exit, up.stderr).toBe(0);
    const inside = async (...argv: string[]) => (await run("exec", lab, "laptop", "--", ...argv)).stdout;
    expect(await inside("uname", "-r")).toContain("-amd64");
    expect(await inside("ip", "-br", "-4", "address")).toContain("10.91.197.201/24");
    // What the host's kernel may lack, this one has.
    expect(await inside("sh", "-c", "modprobe -a cifs rdma_rxe && echo loaded")).toBe("loaded");
    expect((await run("logs", lab, "laptop")).stdout).toContain("laptop is up");
    expect((await run("plan", "lab.yaml")).stdout).toContain("0 to create");
    expect(leftOfMachines()).toHaveLength(3);
    const [pid = 0] = processesOf("qemu-system", `plugfest-${lab}-`);
    const kept = readFileSync(`${stateFolder(process.env)}/machines/${lab}/laptop/qemu.start`, "utf8");
    expect(kept).toBe(`${String(pid)} ${String(startTicksOf(pid))}`);
    // How often its cable was pulled, and plugged in.
    const carrier = async () =>
      (await inside("sh", "-c", "cat /sys/class/net/eth0/carrier_*_count")).split("\n").map(Number);
    const before = await carrier();
    const { ran, told, of } = await play("from-a-machine", steps);
    expect(ran.exit, told).toBe(0);
    expect(of("fault.healed").map(({ fault, nodes }) => [fault, ...nodes])).toContainEqual(["flap", "laptop"]);
    expect((await carrier()).map((count, index) => count - (before[index] ?? 0))).toEqual([3, 3]);
  });

  test.skipIf(!isFull)("loses its card under a copy, gets it back, and has its handle again", async () => {
    const { ran, told, of } = await play("ejected", ejected);
    expect(ran.exit, told).toBe(0);
    expect(of("fault.healed").map(({ fault, nodes }) => [fault, ...nodes])).toEqual([["eject", "laptop"]]);
    expect(of("copy.reclaim").at(-1)).toMatchObject({ ok: true });
    const { stdout } = await run("exec", lab, "laptop", "--", "ip", "-br", "-4", "address", "show", "eth0");
    expect(stdout.split(/\s+/).slice(0, 3)).toEqual(["eth0", "UP", "10.91.197.201/24"]);
  });

  test("leaves nothing", async () => {
    expect((await run("down", lab)).exit).toBe(0);
    expect(leftOfMachines()).toEqual([]);
  });

  test("that is being made when plugfest is killed with -9 is found by gc", async () => {
    const running = startPlugfest(["up", "lab.yaml"], path());
    await running.until((event: Event) => event.type === "action.started" && event.id === "client/laptop");
    running.kill("SIGKILL");
    await running.ended;
    expect(await run("gc")).toMatchObject({ exit: 0 });
    expect(leftOfMachines()).toEqual([]);
    expect(await objectsOf(docker, lab)).toEqual([]);
  });
});

const alone = "e2e-no-admin";

describe.skipIf(engine === undefined)("a virtual machine of who may not administer networks", () => {
  const place = folder({
    "lab.yaml": `name: ${alone}
networks: { public: { subnet: 10.91.199.0/24 } }
clients:
  laptop: { kind: smb3, runtime: qemu, memory: 384MiB }
`,
    "slow.yaml": `name: slowed
topology: ./lab.yaml
steps:
  - slow: { link: laptop/public, rate: 10mbit }
  - exec: { on: laptop, run: "tc qdisc show dev eth0 | grep 'rate 10Mbit'" }
`,
  });
  const cwd = place.path;
  // As a user who is not root is, and root in most containers.
  const by = ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"];
  const tap = tapName(alone, "laptop", "public");
  let cutOff: string | undefined;
  beforeAll(async () => {
    if (engine === undefined) return;
    await clientImage(engine);
    // What a build leaves that is cut off after its first step: the newest image, with the label of a client's.
    const context = await labelContext("scratch", { [imageLabel]: "client", "plugfest.e2e": crypto.randomUUID() });
    cutOff = await engine.images.build(context, { args: {}, useCache: false, onLine: () => undefined });
  });
  const hasTap = () => existsSync(`/sys/class/net/${tap}`);
  const expectNothing = async () => {
    expect(hasTap()).toBe(false);
    expect(processesOf("qemu-system", `plugfest-${alone}-`)).toEqual([]);
    expect(await objectsOf(docker, alone)).toEqual([]);
  };
  afterAll(async () => {
    await plugfest(["down", alone]);
    if (cutOff !== undefined) await engine?.images.remove(cutOff);
    place[Symbol.dispose]();
  });

  test("has taps that the engine made, which go with it, and queues on them", async () => {
    const up = await plugfest(["up", "./lab.yaml"], { cwd, by });
    expect(up.exit, up.stdout + up.stderr).toBe(0);
    const ping = ["exec", alone, "laptop", "--", "busybox", "ping", "-c", "2", "10.91.199.1"];
    expect((await plugfest(ping, { by })).stdout).toContain(" 0% packet loss");
    const ran = await plugfest(["run", "./slow.yaml"], { cwd, by });
    expect(ran.stdout).toContain("fault healed: slow laptop");
    expect(ran.stdout + ran.stderr).not.toMatch(/testbed|fail/);
    expect(await plugfest(["down", alone], { by })).toMatchObject({ exit: 0 });
    await expectNothing();
  });

  test("leaves nothing that down does not find when plugfest is killed with -9 as soon as its tap is there", async () => {
    const [program, ...words] = [...by, process.execPath, asset("bin", "plugfest"), "up", "./lab.yaml"];
    const running = execa(program, words, { cwd, reject: false, stdin: "ignore" });
    const there = () => Promise.resolve(hasTap() || undefined);
    expect(await poll(there, { clock: systemClock, everyMs: 5, withinMs: 60_000 })).toBe(true);
    running.kill("SIGKILL");
    await running;
    expect(await plugfest(["down", alone])).toMatchObject({ exit: 0 });
    await expectNothing();
  });
});

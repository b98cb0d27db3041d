import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Event } from "../../core/event.js";
import { systemClock } from "../../core/clock.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { dockerProvisioner } from "../../provisioners/docker/docker-provisioner.js";
import { engineOrSkip } from "../support/engine.js";
import { folder, plugfest } from "../support/plugfest.js";
import { labText, objectsOf } from "../support/small-lab.js";
import { startPlugfest } from "../support/started.js";

const lab = "e2e-lab";
const engine = await engineOrSkip();

describe.skipIf(engine === undefined)("a lab on a real engine", () => {
  const location = engine?.location ?? { socketPath: "/nonexistent" };
  const docker = engineClient(location);
  const provisioner = dockerProvisioner(location, systemClock);
  const place = folder({ "lab.yaml": labText({ name: lab, net: 1 }) });
  const run = (...args: string[]) => plugfest(args, { cwd: place.path });
  const up = () => startPlugfest(["up", "./lab.yaml"], place.path);

  const left = () => objectsOf(docker, lab);

  beforeAll(async () => {
    // Builds the images, so that no test below is about them.
    expect(await run("up", "./lab.yaml")).toMatchObject({ exit: 0 });
    expect(await run("down", lab)).toMatchObject({ exit: 0 });
  });
  afterAll(() => {
    place[Symbol.dispose]();
  });

  describe("that is up", () => {
    beforeAll(async () => {
      expect(await run("up", "./lab.yaml")).toMatchObject({ exit: 0 });
    });
    afterAll(async () => {
      await run("down", lab);
      expect(await left()).toEqual([]);
    });

    test("is left alone by a second up", async () => {
      const before = await docker.listContainers({ filters: { label: [`plugfest.lab=${lab}`] } });
      const again = up();
      expect(await again.ended).toMatchObject({ exit: 0 });
      const events = (await again.ended).stdout.split("\n").map((line) => JSON.parse(line) as Event);
      expect(events.find(({ type }) => type === "plan.ready")).toMatchObject({ creates: 0, keeps: 7, removes: 0 });
      expect(events.filter(({ type }) => type.startsWith("action."))).toEqual([]);
      const after = await docker.listContainers({ filters: { label: [`plugfest.lab=${lab}`] } });
      expect(after.map(({ Id }) => Id).sort()).toEqual(before.map(({ Id }) => Id).sort());
    });

    test("survives gc, though its maker is long gone", async () => {
      expect((await run("gc")).stdout).not.toContain(lab);
      expect(await left()).toHaveLength(7);
    });

    test("gets a node that was killed back, by up", async () => {
      await docker.getContainer(`plugfest-${lab}-node2`).kill();
      expect(await run("up", "./lab.yaml")).toMatchObject({ exit: 0 });
      const status = await provisioner.connect(lab, "node1").exec(["ctdb", "nodestatus", "all"]);
      expect(status.exit).toBe(0);
    });
  });

  describe("that is up, whose smbd did not survive its start", () => {
    beforeAll(async () => {
      expect(await run("up", "./lab.yaml")).toMatchObject({ exit: 0 });
    });
    afterAll(() => run("down", lab));

    test("gets it started again, once", async () => {
      const node = provisioner.connect(lab, "node2");
      const script = "/etc/ctdb/events/legacy/45.smbd.script";
      const died = `ln -s /usr/share/plugfest/events/45.smbd.script ${script} && pkill -KILL '^smbd'`;
      expect(await node.exec(["sh", "-c", died])).toMatchObject({ exit: 0 });
      const listens = `for i in $(seq 250); do [ ! -e ${script} ] && exit 0; sleep 0.1; done; exit 1`;
      expect(await node.exec(["sh", "-c", listens])).toMatchObject({ exit: 0 });
      expect(await run("up", "./lab.yaml")).toMatchObject({ exit: 0 });
    });
  });

  describe("that is being made", () => {
    afterEach(async () => {
      await run("down", lab);
    });

    test("is refused to a second up, which names the first one's process", async () => {
      const first = up();
      await first.until(({ type }) => type === "action.started");
      const second = await run("up", "./lab.yaml");
      expect(second).toMatchObject({ exit: 2 });
      expect(second.stderr).toContain(`lab ${lab} is being worked on by process ${String(first.pid)}`);
      expect(await first.ended).toMatchObject({ exit: 0 });
    });

    test("does not get a subnet that is in use, and leaves nothing", async () => {
      const network = await docker.createNetwork({
        Name: "e2e-stranger",
        IPAM: { Config: [{ Subnet: "10.91.2.128/25" }] },
      });
      try {
        const { exit, stderr } = await run("up", "./lab.yaml");
        expect(exit).toBe(2);
        expect(stderr).toContain(
          "network public (10.91.2.0/24) overlaps 10.91.2.128/25 of Docker network e2e-stranger",
        );
        expect(stderr).toContain("what to do: choose other subnets");
        expect(await left()).toEqual([]);
      } finally {
        await network.remove();
      }
    });

    test("reports a node that ends at once, with its log, and leaves nothing", async () => {
      const making = up();
      // By then CTDB has said something on that node's console.
      await making.until((event) => event.type === "probe.waiting" && event.detail.includes("node2 is Unhealthy"));
      await docker.getContainer(`plugfest-${lab}-node2`).kill();
      const { exit, stderr } = await making.ended;
      expect(exit).toBe(2);
      expect(stderr).toContain(`node2 of lab ${lab} ended while the lab was getting ready: Exited (137)`);
      expect(stderr).toMatch(/^ {2}\| .*ctdb/m);
      expect(await left()).toEqual([]);
    });
  });

  describe("whose plugfest is killed with -9", () => {
    const acting = (op: string, kind: string, which: "action.started" | "action.finished") => (event: Event) =>
      event.type === which && event.op === op && event.id.startsWith(kind);
    const upStages: [string, (event: Event) => boolean][] = [
      ["its plan is ready", ({ type }) => type === "plan.ready"],
      ["a network is begun", acting("create", "network/", "action.started")],
      ["the volume is made", acting("create", "volume/", "action.finished")],
      ["a node is begun", acting("create", "node/node1", "action.started")],
      ["the client is made", acting("create", "client/", "action.finished")],
      ["the last node is made", acting("create", "node/node2", "action.finished")],
      ["it waits for CTDB", ({ type }) => type === "probe.waiting"],
      ["the nodes are OK", ({ type }) => type === "probe.passed"],
      ["the marker is begun", acting("create", "ready", "action.started")],
    ];

    // The engine has nothing of the lab yet, or may have.
    const early = ["its plan is ready", "a network is begun"];

    test.each(upStages)("in up, when %s, is swept by gc", async (stage, condition) => {
      const making = up();
      await making.until(condition);
      making.kill("SIGKILL");
      await making.ended;
      if (!early.includes(stage)) expect(await left()).not.toEqual([]);
      const swept = await run("gc", "--json");
      expect(swept).toMatchObject({ exit: 0 });
      // At the last stage the engine may have got the marker made: then the lab is whole, and down is what removes it.
      if ((await left()).length === 7) expect(await run("down", lab)).toMatchObject({ exit: 0 });
      expect(await left()).toEqual([]);
    });

    const downStages: [string, (event: Event) => boolean][] = [
      ["the marker is gone", acting("remove", "ready", "action.finished")],
      ["a node is begun", acting("remove", "node/", "action.started")],
      ["a network is begun", acting("remove", "network/", "action.started")],
    ];

    test.each(downStages)("in down, when %s, is swept by gc", async (_stage, condition) => {
      expect(await run("up", "./lab.yaml")).toMatchObject({ exit: 0 });
      const removing = startPlugfest(["down", lab], place.path);
      await removing.until(condition);
      removing.kill("SIGKILL");
      await removing.ended;
      expect(await run("gc")).toMatchObject({ exit: 0 });
      expect(await left()).toEqual([]);
    });
  });
});

import { afterEach, describe, expect, test } from "vitest";
import type { Clock } from "../../core/clock.js";
import { specHash } from "../../core/hash.js";
import { ownOwner } from "../../core/owner.js";
import type { MachineObject, MarkerObject, NetworkObject, Stamp, VolumeObject } from "../../topologies/objects.js";
import type { LogOptions, Provisioner } from "../../provisioners/provisioner.js";
import { refusal, remoteContract } from "./remote.contract.js";

/** What the suite needs besides the provisioner: an image, and hands outside of plugfest. */
export interface Surroundings {
  readonly provisioner: Provisioner;
  readonly clock: Clock;
  /** Its first process waits, and ends on SIGTERM; holds coreutils. */
  readonly image: string;
  /** What a virtual machine has; containers have none of their own, and share volumes, which machines do not. */
  readonly hardware?: { readonly memoryMiB: number };
  /** Ends a machine's first process from outside. */
  stop(lab: string, node: string): Promise<void>;
  /** Prints on a machine's console. */
  say(lab: string, node: string, text: string): Promise<void>;
  /** Takes the name of a volume, as a stranger. Returns what undoes it. */
  takeVolumeName(lab: string, name: string): Promise<() => Promise<void>>;
}

const lab = "pv-contract";
const otherLab = "pv-contract-b";
const stamp: Stamp = { lab, owner: ownOwner(), keep: true, version: "0.0.0", source: "/lab.yaml" };

const network: NetworkObject = {
  ...{ kind: "network", id: "network/private", lab, dependsOn: [] },
  ...{ subnet: "10.90.240.0/24", gateway: "10.90.240.1" },
};
const publicNetwork: NetworkObject = {
  ...{ kind: "network", id: "network/public", lab, dependsOn: [] },
  ...{ subnet: "10.90.241.0/24", gateway: "10.90.241.1" },
};
const volume: VolumeObject = {
  ...{ kind: "volume", id: "volume/cluster", lab, dependsOn: [] },
  ...{ medium: "tmpfs", sizeBytes: 1 << 20 },
};
const marker: MarkerObject = { kind: "marker", id: "ready", lab, dependsOn: [] };

/** The sentences every provisioner must make true. */
export function provisionerContract(name: string, surroundings: () => Surroundings): void {
  const at = () => surroundings();
  const machine = (): MachineObject => ({
    ...{ kind: "machine", id: "node/node1", lab, node: "node1", role: "node", image: at().image, sysctls: {} },
    ...(at().hardware ? { hardware: at().hardware } : {}),
    dependsOn: ["network/private", "network/public", "volume/cluster"],
    endpoints: [
      { network: "private", address: "10.90.240.11" },
      { network: "public", address: "10.90.241.11" },
    ],
    mounts: at().hardware ? [] : [{ volume: "cluster", path: "/cluster" }],
    capabilities: [{ name: "NET_ADMIN", why: "moves addresses" }],
    files: [{ path: "/etc/plugfest/greeting", content: "hello\n", mode: 0o644 }],
  });
  const everything = () => [network, publicNetwork, volume, machine()];
  const make = async (...specs: ReturnType<typeof everything>) => {
    for (const spec of specs) await at().provisioner.create(spec, stamp, []);
  };
  const ids = async (of?: string) =>
    (await at().provisioner.observe(of === undefined ? {} : { lab: of })).map((object) => object.id).sort();
  const sweep = async () => {
    const { provisioner } = at();
    const found = [...(await provisioner.observe({ lab })), ...(await provisioner.observe({ lab: otherLab }))];
    for (const object of found.filter(({ kind }) => kind === "machine")) await provisioner.remove(object);
    for (const object of found.filter(({ kind }) => kind !== "machine")) await provisioner.remove(object);
  };

  describe(`${name}: objects`, () => {
    afterEach(sweep);

    test("nothing exists before something is made", async () => {
      expect(await ids(lab)).toEqual([]);
    });

    test("what is made is found, with its kind, its hash and its stamp", async () => {
      await make(...everything());
      await at().provisioner.create(marker, stamp, []);
      const found = await at().provisioner.observe({ lab });
      for (const spec of [...everything(), marker]) {
        const object = found.find(({ id }) => id === spec.id);
        expect(object).toMatchObject({ lab, kind: spec.kind, specHash: specHash(spec), state: "ready", stamp });
      }
      expect(found).toHaveLength(5);
    });

    test("making a thing twice is making it once", async () => {
      await make(...everything(), ...everything());
      expect(await ids(lab)).toEqual(["network/private", "network/public", "node/node1", "volume/cluster"]);
    });

    test("a thing of that name made to another specification is not taken over", async () => {
      await make(volume);
      expect(await refusal(at().provisioner.create({ ...volume, sizeBytes: 2 << 20 }, stamp, []))).toBe(
        "object/changed",
      );
      await make(network);
      const moved = { ...network, subnet: "10.90.242.0/24", gateway: "10.90.242.1" };
      expect(await refusal(at().provisioner.create(moved, stamp, []))).toBe("object/changed");
    });

    test("a stranger's thing of that name is neither taken over nor found", async () => {
      const giveBack = await at().takeVolumeName(lab, "cluster");
      try {
        expect(await refusal(at().provisioner.create(volume, stamp, []))).toBe("object/foreign");
        expect(await ids(lab)).toEqual([]);
      } finally {
        await giveBack();
      }
    });

    test("removing a thing twice is removing it once", async () => {
      await make(...everything());
      const found = await at().provisioner.observe({ lab });
      await sweep();
      for (const object of found) await at().provisioner.remove(object);
      expect(await ids(lab)).toEqual([]);
    });

    test("networks can go as soon as their machines are gone", async () => {
      await make(...everything());
      const found = await at().provisioner.observe({ lab });
      await Promise.all(found.filter(({ kind }) => kind === "machine").map((one) => at().provisioner.remove(one)));
      await Promise.all(found.filter(({ kind }) => kind === "network").map((one) => at().provisioner.remove(one)));
      expect(await ids(lab)).toEqual(["volume/cluster"]);
    });

    test("labs do not see each other, and who asks for all sees all", async () => {
      await make(volume);
      await at().provisioner.create({ ...volume, lab: otherLab, id: "volume/other" }, { ...stamp, lab: otherLab }, []);
      expect(await ids(lab)).toEqual(["volume/cluster"]);
      expect(await ids()).toEqual(expect.arrayContaining(["volume/cluster", "volume/other"]));
    });

    test("a machine that ended is found stopped, with the reason", async () => {
      await make(...everything());
      await at().stop(lab, "node1");
      const found = (await at().provisioner.observe({ lab })).find(({ kind }) => kind === "machine");
      expect(found).toMatchObject({ state: "stopped", stateReason: expect.stringContaining("Exited (") as string });
    });

    test("making a machine that ended starts it again", async () => {
      await make(...everything());
      await at().stop(lab, "node1");
      await make(machine());
      const found = (await at().provisioner.observe({ lab })).find(({ kind }) => kind === "machine");
      expect(found?.state).toBe("ready");
    });

    test("a subnet that is in use is refused, and named by those who ask before", async () => {
      await make(network);
      const occupied = await at().provisioner.occupiedSubnets();
      expect(occupied).toContainEqual(expect.objectContaining({ subnet: network.subnet, lab }));
      const clash = { ...network, lab: otherLab, id: "network/clash" };
      const attempt = at().provisioner.create(clash, { ...stamp, lab: otherLab }, []);
      expect(await refusal(attempt)).toBe("network/subnet-in-use");
    });

    test("a missing image is said to be missing", async () => {
      await make(network, publicNetwork, volume);
      const attempt = at().provisioner.create({ ...machine(), image: "plugfest/absent:0" }, stamp, []);
      expect(await refusal(attempt)).toBe("image/missing");
    });

    test("an aborted call ends with the reason it was aborted for", async () => {
      const reason = new Error("enough");
      await expect(at().provisioner.create(network, stamp, [], AbortSignal.abort(reason))).rejects.toBe(reason);
      await expect(at().provisioner.observe({ lab }, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });

  describe(`${name}: machines`, () => {
    afterEach(sweep);
    const secret = { path: "/etc/plugfest/secret", content: "s3cret", mode: 0o600 };
    const start = async () => {
      await make(network, publicNetwork, volume);
      await at().provisioner.create(machine(), stamp, [secret]);
      return at().provisioner.connect(lab, "node1");
    };

    remoteContract(start);

    test("a machine bears its name and holds its files and secrets from the start", async () => {
      const remote = await start();
      expect((await remote.exec(["cat", "/etc/hostname"])).stdout).toBe("node1\n");
      expect((await remote.get("/etc/plugfest/greeting"))?.toString()).toBe("hello\n");
      expect((await remote.get(secret.path))?.toString()).toBe(secret.content);
      const found = (await at().provisioner.observe({ lab })).find(({ kind }) => kind === "machine");
      expect(found?.specHash).toBe(specHash(machine()));
    });

    test("a program whose machine goes away does not end well", async () => {
      const remote = await start();
      const program = await remote.start(["cat"], { onStdout: () => undefined });
      await sweep();
      const exit = await program.exited.catch((error: unknown) => error);
      expect(exit).not.toBe(0);
    });

    test("nothing can be run on a machine that is absent or stopped", async () => {
      const absent = at().provisioner.connect(lab, "node9");
      await refusal(absent.exec(["echo"]));
      const remote = await start();
      await at().stop(lab, "node1");
      await refusal(remote.exec(["echo"]));
    });

    test("a machine without power runs nothing, and has its files when it has power again", async () => {
      const remote = await start();
      const { power } = at().provisioner.machines(lab);
      await remote.put([{ path: "/etc/plugfest/later", content: "kept\n", mode: 0o600 }]);
      const program = await remote.start(["cat"], { onStdout: () => undefined });
      await power("node1", "off");
      await power("node1", "off");
      expect(await program.exited.catch((error: unknown) => error)).not.toBe(0);
      await refusal(remote.exec(["echo"]));
      await power("node1", "on");
      await power("node1", "on");
      expect((await remote.exec(["cat", "/etc/plugfest/later"])).stdout).toBe("kept\n");
    });

    test("a frozen machine answers nothing, and goes on where it was", async () => {
      const remote = await start();
      const { power } = at().provisioner.machines(lab);
      let ready: () => void = () => undefined;
      const running = new Promise<void>((resolve) => (ready = resolve));
      const program = await remote.start(["cat"], {
        onStdout: () => {
          ready();
        },
      });
      // What it echoes shows that it runs: a machine that is frozen before that gives an exit code of the engine's.
      program.write("ready\n");
      await running;
      await power("node1", "frozen");
      await power("node1", "frozen");
      await refusal(remote.exec(["echo"]));
      const found = (await at().provisioner.observe({ lab })).find(({ kind }) => kind === "machine");
      expect(found).toMatchObject({ state: "stopped", stateReason: expect.stringContaining("(Paused") as string });
      await power("node1", "on");
      program.release();
      expect(await program.exited).toBe(0);
    });

    test("a machine can be frozen while commands start in it, and goes on", async () => {
      const remote = await start();
      const { power } = at().provisioner.machines(lab);
      for (let round = 0; round < 5; round++) {
        const commands = Array.from({ length: 8 }, () => remote.exec(["true"]).catch(() => undefined));
        await power("node1", "frozen");
        await power("node1", "on");
        await Promise.all(commands);
      }
      expect(await remote.exec(["echo", "on"])).toMatchObject({ exit: 0, stdout: "on\n" });
    });

    test("a frozen machine can lose its power, and a machine without power cannot be frozen", async () => {
      await start();
      const { power } = at().provisioner.machines(lab);
      await power("node1", "frozen");
      await power("node1", "off");
      await refusal(power("node1", "frozen"));
      await refusal(power("node9", "on"));
    });

    test("a machine goes back to a snapshot and on from there, or says that it has none", async () => {
      const remote = await start();
      const { snapshot, restore } = at().provisioner.machines(lab);
      if (!at().hardware) {
        expect(await refusal(snapshot("node1", "before"))).toBe("machine/no-snapshot");
        expect(await refusal(restore("node1", "before"))).toBe("machine/no-snapshot");
        return;
      }
      expect(await refusal(restore("node1", "before"))).toBe("machine/no-snapshot");
      await remote.exec(["sh", "-c", "echo then > /run/memory; echo then > /disk"]);
      await snapshot("node1", "before");
      await remote.exec(["sh", "-c", "echo later > /run/memory; echo later > /disk; sync"]);
      const laterSeconds = at().clock.now() / 1000;
      await restore("node1", "before");
      expect((await remote.exec(["cat", "/run/memory", "/disk"])).stdout).toBe("then\nthen\n");
      expect(Number((await remote.exec(["date", "+%s.%N"])).stdout)).toBeGreaterThan(laterSeconds);
      expect(await refusal(snapshot("node1", "No Name"))).toBe("machine/no-snapshot");
    });

    test("a link can be unplugged and made slow, twice is once, and power makes it whole", async () => {
      await start();
      const { plug, shape, power } = at().provisioner.machines(lab);
      const link = { node: "node1", network: "public" };
      for (const plugged of [false, false, true, true]) await plug(link, plugged);
      for (const rate of [{ rate: 1e6 }, { rate: 2e6 }, null, null]) await shape(link, rate);
      await plug(link, false);
      await power("node1", "off");
      await plug(link, true);
      await shape(link, null);
      expect(await refusal(plug(link, false))).toBe("network/no-link");
      await power("node1", "on");
      expect(await refusal(plug({ node: "node1", network: "absent" }, false))).toBe("network/no-link");
      expect(await ids(lab)).toEqual(["network/private", "network/public", "node/node1", "volume/cluster"]);
    });

    test("a card can be taken out and put in again with what it had, twice is once; a container has none", async () => {
      const remote = await start();
      const { fit, power } = at().provisioner.machines(lab);
      const link = { node: "node1", network: "public" };
      if (!at().hardware) {
        await fit(link, true);
        expect(await refusal(fit(link, false))).toBe("network/no-card");
        return;
      }
      const addresses = async () =>
        (await remote.exec(["ip", "-br", "-4", "addr", "show", "eth1"])).stdout.split(/\s+/);
      expect(await addresses()).toContain("10.90.241.11/24");
      for (const fitted of [false, false]) await fit(link, fitted);
      expect(await addresses()).not.toContain("10.90.241.11/24");
      for (const fitted of [true, true]) await fit(link, fitted);
      expect((await addresses()).slice(0, 3)).toEqual(["eth1", "UP", "10.90.241.11/24"]);
      await power("node1", "off");
      await fit(link, true);
      expect(await refusal(fit(link, false))).toBe("network/no-link");
    });

    test("what a machine sends to another can be lost, twice is once, and power makes it pass", async () => {
      await start();
      const second: MachineObject = {
        ...machine(),
        ...{ id: "node/node2", node: "node2" },
        endpoints: [{ network: "private", address: "10.90.240.12" }],
      };
      await at().provisioner.create(second, stamp, []);
      const { block, power } = at().provisioner.machines(lab);
      const from = { node: "node1", network: "private" };
      for (const blocked of [true, true, false, false, true]) await block(from, ["node2"], blocked);
      await power("node2", "off");
      await block(from, ["node2"], false);
      await power("node1", "off");
      await block(from, ["node2"], false);
      expect(await refusal(block(from, ["node2"], true))).toBe("network/no-link");
      await power("node1", "on");
      expect(await refusal(block({ ...from, network: "public" }, ["node2"], true))).toBe("network/no-link");
    });

    test("a machine's log can be read when it has ended", async () => {
      await start();
      await at().say(lab, "node1", "last words\n");
      await at().stop(lab, "node1");
      const log = (options?: LogOptions) => at().provisioner.logs(lab, "node1", options);
      expect((await log()).toString()).toMatch(/last words\n$/);
      expect((await log({ tailBytes: 6 })).toString()).toBe("words\n");
      expect((await log({ timestamps: true })).toString()).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z .*last words\n$/m);
      expect((await log({ sinceMs: at().clock.now() + 60_000 })).toString()).toBe("");
      await refusal(at().provisioner.logs(lab, "node9"));
    });
  });
}

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Clock } from "../../core/clock.js";
import type { ToolError } from "../../core/errors.js";
import { ownOwner } from "../../core/owner.js";
import { poll } from "../../core/poll.js";
import type { Provisioner } from "../../provisioners/provisioner.js";
import type { MachineObject, NetworkObject, VolumeObject } from "../../topologies/objects.js";

const lab = "pv-machines";
const stamp = { lab, owner: ownOwner(), keep: true, version: "0.0.0", source: "/lab.yaml" };

/** How many ICMP messages came damaged, by /proc/net/snmp. */
function icmpErrors(snmp: string): number {
  const [names = [], values = []] = [...snmp.matchAll(/^Icmp: (.*)$/gm)].map(([, words]) => (words ?? "").split(" "));
  return Number(values[names.indexOf("InCsumErrors")]);
}

/** What only virtual machines can show. */
export function machinesContract(
  surroundings: () => { readonly provisioner: Provisioner; readonly clock: Clock; readonly image: string },
): void {
  const at = () => surroundings();
  const network: NetworkObject = {
    ...{ kind: "network", id: "network/public", lab, dependsOn: [] },
    ...{ subnet: "10.90.238.0/24", gateway: "10.90.238.1" },
  };
  const volume: VolumeObject = {
    ...{ kind: "volume", id: "volume/cluster", lab, dependsOn: [], medium: "disk", sizeBytes: null },
  };
  const machine = (index: number, more: Partial<MachineObject> = {}): MachineObject => ({
    ...{ kind: "machine", id: `node/node${String(index)}`, lab, node: `node${String(index)}`, role: "node" },
    ...{ image: at().image, sysctls: {}, capabilities: [], dependsOn: ["network/public"], files: [], mounts: [] },
    endpoints: [{ network: "public", address: `10.90.238.1${String(index)}` }],
    hardware: { memoryMiB: 320 },
    ...more,
  });
  const sweep = async () => {
    const { provisioner } = at();
    const found = await provisioner.observe({ lab });
    for (const object of found.filter(({ kind }) => kind === "machine")) await provisioner.remove(object);
    for (const object of found.filter(({ kind }) => kind !== "machine")) await provisioner.remove(object);
  };

  describe("virtual machines alone", () => {
    afterEach(sweep);

    test("that boot once more do not go back to the time at which they were made", async () => {
      const { provisioner, clock } = at();
      await provisioner.create(network, stamp, []);
      await provisioner.create(machine(1), stamp, []);
      const { power } = provisioner.machines(lab);
      await power("node1", "off");
      const offMs = clock.now();
      await power("node1", "on");
      const log = (await provisioner.logs(lab, "node1", { timestamps: true })).toString();
      const boot = log.split("node1 is up").at(-1) ?? "";
      const listens = boot.split("\n").find((line) => line.includes("Server listening on"));
      // Until plugfest has set it, a clock has the whole seconds of the hardware's.
      expect(Date.parse(listens?.split(" ")[0] ?? "")).toBeGreaterThan(offMs - 1000);
    });

    test("lose, delay, reorder, damage and pass on by their links what they are told to, and nothing of it goes by the way of ssh", async () => {
      const { provisioner, clock } = at();
      await provisioner.create(network, stamp, []);
      await provisioner.create(machine(1), stamp, []);
      const remote = provisioner.connect(lab, "node1");
      const { plug, shape } = provisioner.machines(lab);
      const [link, host] = [{ node: "node1", network: "public" }, "10.90.238.1"];
      const ping = async () => (await remote.exec(["busybox", "ping", "-c", "3", "-W", "2", host])).stdout;
      expect(await ping()).toContain(" 0% packet loss");
      await plug(link, false);
      expect(await ping()).toContain("100% packet loss");
      await plug(link, true);
      await shape(link, { loss: 1 });
      expect(await ping()).toContain("100% packet loss");
      await shape(link, { delayMs: 150 });
      // There and back: what goes out waits, and so does what comes in.
      expect(Number(/round-trip min\/avg\/max = ([\d.]+)/.exec(await ping())?.[1])).toBeGreaterThanOrEqual(300);

      const pings = async () => {
        // The time of an answer that was damaged may be any, and so may be how long it would wait for the next.
        const ping = ["busybox", "timeout", "6", "busybox", "ping", "-c", "100", "-i", "0.02", "-W", "1", host];
        const { stdout } = await remote.exec(ping);
        const answers = [...stdout.matchAll(/seq=(\d+) .*time=([\d.]+)/g)];
        return { seqs: answers.map(([, seq]) => Number(seq)), times: answers.map(([, , ms]) => Number(ms)) };
      };
      const inOrder = (seqs: readonly number[]) => seqs.toSorted((a, b) => a - b);
      await shape(link, { delayMs: 100, reorder: 0.5 });
      const { seqs, times } = await pings();
      expect(seqs).not.toEqual(inOrder(seqs));
      // Some are passed on at once both there and back, some neither way.
      expect(Math.min(...times)).toBeLessThan(100);
      expect(Math.max(...times)).toBeGreaterThanOrEqual(200);

      // What a link was told before is over.
      await shape(link, { delayMs: 100 });
      const after = await pings();
      expect(after.seqs).toEqual(inOrder(after.seqs));
      expect(Math.min(...after.times)).toBeGreaterThanOrEqual(200);

      const inGuest = async () => icmpErrors((await remote.exec(["cat", "/proc/net/snmp"])).stdout);
      const here = () => icmpErrors(readFileSync("/proc/net/snmp", "utf8"));
      const [guestBefore, hereBefore] = [await inGuest(), here()];
      await shape(link, { corrupt: 0.5 });
      await pings();
      expect(await inGuest()).toBeGreaterThan(guestBefore);
      expect(here()).toBeGreaterThan(hereBefore);
      await shape(link, null);

      // What a link of 100 kB/s takes for 600 kB, less what may go at once.
      const [bytes, leastMs] = [600_000, ((600_000 - 128 * 1024) / 100_000) * 1000];
      const server = createServer((socket) => socket.resume().end(Buffer.alloc(bytes))).listen(0, host);
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const fetch = ["busybox", "nc", "-w", "60", host, String(port)];
      const fetched = () => remote.exec(["sh", "-c", `${fetch.join(" ")} </dev/null | wc -c`]);
      const sent = () => remote.exec(["sh", "-c", `head -c ${String(bytes)} /dev/zero | ${fetch.join(" ")} | wc -c`]);
      await shape(link, { rate: 100_000 });
      for (const transfer of [fetched, sent]) {
        const startMs = clock.now();
        expect((await transfer()).stdout.trim()).toBe(String(bytes));
        expect(clock.now() - startMs).toBeGreaterThan(leastMs);
      }
      await shape(link, null);

      expect((await remote.exec(["ip", "-4", "route"])).stdout).not.toContain("default");
      await remote.exec(["ip", "route", "add", host, "via", "169.254.77.2", "dev", "mgmt0"]);
      expect(
        (await remote.exec(["sh", "-c", `echo | ${fetch.join(" ").replace("60", "3")} | wc -c`])).stdout.trim(),
      ).toBe("0");
      server.close();
    });

    test("that stand still let go of who gives up a command or a program there", async () => {
      const { provisioner, clock } = at();
      await provisioner.create(network, stamp, []);
      await provisioner.create(machine(1), stamp, []);
      const remote = provisioner.connect(lab, "node1");
      // What keeps this process from ending.
      const held = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
      const heldBefore = held();
      const giveUp = new AbortController();
      const { signal } = giveUp;
      const program = await remote.start(["cat"], { signal, onStdout: () => undefined });
      const running = remote.exec(["sh", "-c", "touch /run/here; sleep 1000"], { signal });
      expect(held()).toBeGreaterThan(heldBefore);
      const ended = running.catch((reason: unknown) => reason);
      const here = async () => ((await remote.exec(["test", "-e", "/run/here"])).exit === 0 ? true : undefined);
      expect(await poll(here, { clock, everyMs: 100, withinMs: 30_000 })).toBe(true);
      const { power } = provisioner.machines(lab);
      await power("node1", "frozen");
      giveUp.abort(new Error("given up"));
      expect(await ended).toEqual(new Error("given up"));
      await expect(program.exited).rejects.toThrow("given up");
      expect(held()).toBe(heldBefore);
      await power("node1", "on");
      expect((await remote.exec(["true"])).exit).toBe(0);
    });

    test("whose image has no ssh server are said to be unfit, with what they lack", async () => {
      const { provisioner } = at();
      await provisioner.create(network, stamp, []);
      const without = machine(1, { files: [{ path: "/usr/sbin/sshd", content: "", mode: 0o644 }] });
      const error = await provisioner.create(without, stamp, []).catch((reason: unknown) => reason);
      expect((error as ToolError).failure).toMatchObject({
        ...{ code: "machine/unfit", message: expect.stringContaining("there is no ssh server in it") as string },
        hint: expect.stringMatching(/: remove \S+, and the next `up` builds it anew$/) as string,
      });
    });

    test("share a folder of the host's: each sees at once what the others write, and two get the same lock", async () => {
      const { provisioner } = at();
      for (const spec of [network, volume]) await provisioner.create(spec, stamp, []);
      const mounts = [{ volume: "cluster", path: "/cluster" }];
      for (const index of [1, 2]) await provisioner.create(machine(index, { mounts }), stamp, []);
      const [one, two] = [provisioner.connect(lab, "node1"), provisioner.connect(lab, "node2")];
      const mount = `modprobe -a 9pnet_virtio 9p && mkdir -p /cluster &&
        mount -t 9p -o trans=virtio,version=9p2000.L,cache=none cluster /cluster`;
      for (const remote of [one, two]) expect((await remote.exec(["sh", "-euc", mount])).exit).toBe(0);
      await one.exec(["sh", "-c", "echo one > /cluster/file"]);
      expect((await two.exec(["cat", "/cluster/file"])).stdout).toBe("one\n");
      await two.exec(["sh", "-c", "echo more >> /cluster/file"]);
      expect((await one.exec(["cat", "/cluster/file"])).stdout).toBe("one\nmore\n");
      // Samba knows a file by these; a file system's id is the host's for both.
      const seen = async (remote: typeof one) =>
        (await remote.exec(["stat", "-c", "%i", "/cluster/file"])).stdout +
        (await remote.exec(["stat", "-f", "-c", "%i", "/cluster"])).stdout;
      expect(await seen(one)).toBe(await seen(two));
      // Why CTDB's own helper of its lock is of no use there, and plugfest's holds a lease.
      const lock = `use Fcntl ":flock"; $| = 1; open my $f, ">>", "/cluster/lock"; flock $f, LOCK_EX | LOCK_NB or die; print "got it"; <STDIN>`;
      let held: () => void = () => undefined;
      const locked = new Promise<void>((resolve) => (held = resolve));
      const holder = await one.start(["perl", "-e", lock], {
        onStdout: () => {
          held();
        },
      });
      await locked;
      expect((await two.exec(["perl", "-e", lock])).stdout).toBe("got it");
      holder.release();
      await holder.exited;
    });
  });
}

import type Docker from "dockerode";
import { afterEach, describe, expect, test } from "vitest";
import { ownOwner } from "../../core/owner.js";
import type { Remote } from "../../core/remote.js";
import type { Provisioner } from "../../provisioners/provisioner.js";
import type { MachineObject, NetworkObject, VolumeObject } from "../../topologies/objects.js";

const lab = "pv-docker";
const stamp = { lab, owner: ownOwner(), keep: true, version: "0.0.0", source: "/lab.yaml" };

const echo = `
import socket, sys, threading
def serve(size):
    with socket.create_server(("", 5000)) as listening:
        print("listens")
        while True:
            with listening.accept()[0] as peer:
                left = size
                while left > 0:
                    left -= len(peer.recv(65536))
                peer.sendall(bytes(size))
threading.Thread(target=serve, args=[int(sys.argv[1])], daemon=True).start()
sys.stdin.read()
`;

const thereAndBack = `
import socket, sys, time
try:
    with socket.create_connection((sys.argv[1], 5000), 3) as peer:
        start = time.monotonic()
        peer.settimeout(60)
        peer.sendall(bytes(int(sys.argv[2])))
        while peer.recv(65536):
            pass
        print(time.monotonic() - start)
except OSError:
    print("nobody answers")
`;

/** What only a container engine can show. */
export function dockerContract(surroundings: () => { docker: Docker; provisioner: Provisioner; image: string }): void {
  const network = (name: string, third: number): NetworkObject => ({
    ...{ kind: "network", id: `network/${name}`, lab, dependsOn: [] },
    ...{ subnet: `10.90.${String(third)}.0/24`, gateway: `10.90.${String(third)}.1` },
  });
  const volume: VolumeObject = {
    ...{ kind: "volume", id: "volume/cluster", lab, dependsOn: [] },
    ...{ medium: "tmpfs", sizeBytes: 1 << 20 },
  };
  const machine = (index: number): MachineObject => ({
    ...{ kind: "machine", id: `node/node${String(index)}`, lab, node: `node${String(index)}`, role: "node" },
    ...{ image: surroundings().image, sysctls: { "net.ipv4.ip_nonlocal_bind": "1" }, files: [], dependsOn: [] },
    endpoints: [
      { network: "private", address: `10.90.242.1${String(index)}` },
      { network: "public", address: `10.90.243.1${String(index)}` },
    ],
    mounts: [{ volume: "cluster", path: "/cluster" }],
    capabilities: [{ name: "NET_ADMIN", why: "the test moves an address" }],
  });
  const sweep = async () => {
    const { provisioner } = surroundings();
    const found = await provisioner.observe({ lab });
    await Promise.all(found.filter(({ kind }) => kind === "machine").map((one) => provisioner.remove(one)));
    await Promise.all(found.filter(({ kind }) => kind !== "machine").map((one) => provisioner.remove(one)));
  };
  const start = async (storage = volume) => {
    const { provisioner } = surroundings();
    for (const spec of [network("private", 242), network("public", 243), storage]) {
      await provisioner.create(spec, stamp, []);
    }
    await Promise.all([machine(1), machine(2)].map((spec) => provisioner.create(spec, stamp, [])));
    return [provisioner.connect(lab, "node1"), provisioner.connect(lab, "node2")] as const;
  };

  describe("containers", () => {
    afterEach(sweep);

    test("a disk that is slow is limited by the machine's control group; a tmpfs has none to be slow", async () => {
      const [remote] = await start({ ...volume, medium: "disk", sizeBytes: null });
      const { throttle, power } = surroundings().provisioner.machines(lab);
      const refused = { failure: { code: "storage/not-slow" } };
      const files = ["/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device", "/sys/fs/cgroup/io.max"];
      const limit = async () => /[ =](\d{4,})/.exec((await remote.exec(["cat", ...files])).stdout)?.[1];
      await throttle("node1", "/cluster", 1_234_567);
      expect(await limit()).toBe("1234567");
      await throttle("node1", "/cluster", null);
      expect(await limit()).toBeUndefined();
      await expect(throttle("node1", "/dev/shm", 1e6)).rejects.toMatchObject(refused);
      await power("node1", "off");
      await throttle("node1", "/cluster", null);
      await expect(throttle("node1", "/cluster", 1e6)).rejects.toMatchObject(refused);
    });

    test("a link that is slow is slow in both directions, and one that is cut passes nothing on", async () => {
      const [one, two] = await start();
      const { plug, shape } = surroundings().provisioner.machines(lab);
      const link = { node: "node1", network: "public" };
      const [bytes, rate] = [1_000_000, 500_000];
      let listens: () => void = () => undefined;
      const listening = new Promise<void>((resolve) => (listens = resolve));
      // Reads all, and then sends as much.
      const server = await two.start(["python3", "-uc", echo, String(bytes)], {
        onStdout: () => {
          listens();
        },
      });
      await listening;
      const seconds = async () =>
        (await one.exec(["python3", "-c", thereAndBack, "10.90.243.12", String(bytes)])).stdout;
      await shape(link, { rate });
      // Less what may go at once.
      expect(Number(await seconds())).toBeGreaterThan((2 * (bytes - 128 * 1024)) / rate);
      await shape(link, null);
      await plug(link, false);
      expect(await seconds()).toBe("nobody answers\n");
      await plug(link, true);
      expect(Number(await seconds())).toBeGreaterThan(0);
      server.release();
      await server.exited;
    });

    test("machines have their addresses, their sysctls, those capabilities and no others", async () => {
      const [remote] = await start();
      const { stdout } = await remote.exec(["ip", "-brief", "-4", "address"]);
      expect(stdout).toContain("10.90.242.11/24");
      expect(stdout).toContain("10.90.243.11/24");
      const status = (await remote.exec(["cat", "/proc/self/status"])).stdout;
      // CAP_NET_ADMIN is bit 12 (capabilities(7)).
      expect(status).toMatch(/^CapBnd:\s+0000000000001000$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect((await remote.exec(["cat", "/proc/sys/net/ipv4/ip_nonlocal_bind"])).stdout).toBe("1\n");
    });

    test("an address that the engine did not give reaches the machine that took it", async () => {
      const [one, two] = await start();
      const [device] = /^\w+(?=@.*10\.90\.243\.)/m.exec((await two.exec(["ip", "-br", "-4", "addr"])).stdout) ?? [];
      expect((await two.exec(["ip", "address", "add", "10.90.243.101/24", "dev", device!])).exit).toBe(0);
      const connect = "import socket; s = socket.socket(); s.settimeout(9); print(s.connect_ex(('10.90.243.101', 9)))";
      // Nobody listens there, and ECONNREFUSED (111) says so: somebody is there.
      expect((await one.exec(["python3", "-c", connect])).stdout).toBe("111\n");
    });

    test("a machine sees that its cable was pulled, and cannot undo it", async () => {
      const [one] = await start();
      const { plug } = surroundings().provisioner.machines(lab);
      const carrier = async () => {
        const { stdout } = await one.exec(["sh", "-c", "cat /sys/class/net/eth1/carrier"]);
        return stdout.trim();
      };
      expect(await carrier()).toBe("1");
      await plug({ node: "node1", network: "public" }, false);
      expect((await one.exec(["ip", "link", "set", "eth1", "up"])).exit).toBe(0);
      expect(await carrier()).toBe("0");
      expect((await one.exec(["ip", "-4", "-br", "address"])).stdout).toContain("10.90.243.11/24");
      await plug({ node: "node1", network: "public" }, true);
      expect(await carrier()).toBe("1");
    });

    test("what a machine sends to another gets lost without a word, one way, until it passes again", async () => {
      const [one, two] = await start();
      const { block } = surroundings().provisioner.machines(lab);
      // A datagram arrives or not; whoever sends it is not told. One that the receiver sends to itself ends the wait.
      const send = async (from: Remote, address: string, what: string) => {
        const program = `import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b"${what}", ("${address}", 7000))`;
        expect((await from.exec(["python3", "-c", program])).exit).toBe(0);
      };
      const arrives = async (from: Remote, to: Remote, address: string) => {
        const listen = `import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("", 7000)); print("ready", flush=True); print(s.recv(9))`;
        let said = "";
        let ready: () => void = () => undefined;
        const listening = new Promise<void>((resolve) => (ready = resolve));
        const program = await to.start(["python3", "-c", listen], {
          onStdout: (chunk) => {
            said += chunk.toString();
            ready();
          },
        });
        await listening;
        await send(from, address, "it");
        await send(to, "127.0.0.1", "end");
        expect(await program.exited).toBe(0);
        return said.includes("b'it'");
      };
      expect(await arrives(one, two, "10.90.243.12")).toBe(true);
      await block({ node: "node1", network: "public" }, ["node2"], true);
      expect(await arrives(one, two, "10.90.243.12")).toBe(false);
      expect(await arrives(two, one, "10.90.243.11")).toBe(true);
      await block({ node: "node1", network: "public" }, ["node2"], false);
      expect(await arrives(one, two, "10.90.243.12")).toBe(true);
    });

    test("a rate is kept by the interface, until it is lifted", async () => {
      const [one] = await start();
      const { shape } = surroundings().provisioner.machines(lab);
      await shape({ node: "node1", network: "public" }, { rate: 1e6 });
      expect((await one.exec(["tc", "qdisc", "show", "dev", "eth1"])).stdout).toContain("tbf");
      await shape({ node: "node1", network: "public" }, null);
      expect((await one.exec(["tc", "qdisc", "show", "dev", "eth1"])).stdout).not.toContain("tbf");
    });

    test("a tmpfs volume is one for all machines, and empty again when the last one has stopped", async () => {
      const { provisioner } = surroundings();
      const [one, two] = await start();
      await one.exec(["sh", "-c", "echo shared > /cluster/file"]);
      expect((await two.exec(["cat", "/cluster/file"])).stdout).toBe("shared\n");
      expect((await two.exec(["stat", "-fc", "%T", "/cluster"])).stdout).toBe("tmpfs\n");
      const machines = (await provisioner.observe({ lab })).filter(({ kind }) => kind === "machine");
      await Promise.all(machines.map((object) => provisioner.remove(object)));
      await provisioner.create(machine(1), stamp, []);
      expect((await provisioner.connect(lab, "node1").exec(["ls", "/cluster"])).stdout).toBe("");
    });

    test("output is cut at 4 MiB", async () => {
      const [remote] = await start();
      const { stdout } = await remote.exec(["head", "-c", "5000000", "/dev/zero"]);
      expect(stdout).toHaveLength(4 * 1024 * 1024);
    });

    test("the log is bounded and nothing restarts by itself", async () => {
      await start();
      const { HostConfig } = await surroundings().docker.getContainer(`plugfest-${lab}-node1`).inspect();
      expect(HostConfig.LogConfig).toEqual({ Type: "json-file", Config: { "max-file": "2", "max-size": "32m" } });
      expect(HostConfig).toMatchObject({ RestartPolicy: { Name: "no" }, Privileged: false, Init: false });
    });
  });
}

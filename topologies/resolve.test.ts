import { describe, expect, test } from "vitest";
import { unknownHost } from "./host-kernel.js";
import { loadTopology, readTopology } from "./load.js";
import { whyMachineOn } from "./rdma.js";

const knownSamba = ["4.24", "4.25"];
const resolved = (cluster: string, rest = "") =>
  readTopology("t.yaml", `name: t\ncluster: { shares: { a: { path: /cluster/a } }, ${cluster} }\n${rest}`, {
    knownSamba,
  }).spec;

test("the demo's topology becomes fully explicit", () => {
  const { spec } = loadTopology("redmond", { cwd: "/", knownSamba });
  expect({ ...spec, source: "" }).toEqual({
    name: "redmond",
    source: "",
    networks: [
      {
        name: "private",
        subnet: "10.77.1.0/24",
        prefix: 24,
        gateway: "10.77.1.1",
        uplink: null,
        mtu: 1500,
        rdma: null,
      },
      { name: "public", subnet: "10.77.2.0/24", prefix: 24, gateway: "10.77.2.1", uplink: null, mtu: 1500, rdma: null },
    ],
    cluster: {
      profile: "persistent",
      storage: { kind: "shared-volume", medium: "disk", sizeBytes: null, mount: "/cluster" },
      privateNetwork: "private",
      publicNetwork: "public",
      publicAddresses: ["10.77.2.101", "10.77.2.102", "10.77.2.103"],
      shares: [{ name: "dvd", path: "/cluster/dvd" }],
      witness: false,
      tunables: {},
      smbConf: { dvd: { "smb3 ca so:max lease mask": "RWH" } },
    },
    nodes: [1, 2, 3].map((number) => ({
      name: `node${String(number)}`,
      pnn: number - 1,
      runtime: "docker",
      machineBecause: null,
      memoryMiB: null,
      rdma: { private: null, public: null },
      samba: "4.25",
      privateAddress: `10.77.1.${String(10 + number)}`,
      publicAddress: `10.77.2.${String(10 + number)}`,
    })),
    kernel: null,
    servers: [],
    clients: [
      {
        name: "laptop",
        kind: "smb3",
        runtime: "docker",
        image: null,
        machineBecause: null,
        memoryMiB: null,
        host: null,
        address: "10.77.2.201",
        rdma: null,
        signing: "auto",
        encryption: null,
        channels: 1,
        witness: false,
        mount: null,
      },
    ],
  });
});

test("a lab without a cluster has clients alone, and RDMA makes them machines", () => {
  const { spec } = loadTopology("roce", { cwd: "/", knownSamba });
  expect(spec).toMatchObject({
    networks: [{ name: "public", mtu: 9000, rdma: "rxe" }],
    nodes: [],
    cluster: { publicAddresses: [], shares: [] },
    clients: [
      { name: "left", runtime: "qemu", memoryMiB: 512, address: "10.77.83.201" },
      { name: "right", runtime: "qemu", address: "10.77.83.202" },
    ],
  });
  expect(spec.clients[0]?.machineBecause).toContain("network public has RDMA (rxe)");
});

describe("the kernel's client", () => {
  const clientOn = (lackOfCifs: string | null, client: string, rest = "") => {
    const text = `name: t\ncluster: { nodes: 2, samba: "4.25", witness: true, shares: { a: { path: /cluster/a } } }\n`;
    const file = `${text}${rest}clients: { pc: { kind: cifs, ${client} } }\n`;
    return readTopology("t.yaml", file, { knownSamba, host: { ...unknownHost, lackOfCifs } }).spec.clients[0];
  };
  test("is in a container where the host's kernel has it, and in a machine where it has not", () => {
    expect(clientOn(null, "")).toMatchObject({ runtime: "docker", machineBecause: null, mount: { hard: false } });
    expect(clientOn("no cifs", "")).toMatchObject({ runtime: "qemu", machineBecause: "no cifs" });
    expect(clientOn(null, "runtime: docker")).toMatchObject({ runtime: "docker" });
    expect(clientOn(null, "runtime: qemu")).toMatchObject({ runtime: "qemu", machineBecause: null });
    expect(clientOn(null, "", "runtime: qemu\n")).toMatchObject({ runtime: "qemu", machineBecause: null });
  });
  test.each([
    ["memory: 1GiB", "it has memory of its own"],
    ["witness: true", "the kernel's witness"],
  ])("is in a machine for what a container cannot do: %s", (client, why) => {
    const found = clientOn(null, client);
    expect(found?.runtime).toBe("qemu");
    expect(found?.machineBecause).toContain(why);
    expect(() => clientOn(null, `${client}, runtime: docker`)).toThrow(`it cannot be a container: ${why}`);
  });
  test("is refused as a container for that although the host has its device for RDMA", () => {
    const text = `name: t\nnetworks: { public: { rdma: rxe } }
cluster: { nodes: 2, samba: "4.25", witness: true, rdma: { public: none }, shares: { a: { path: /cluster/a } } }
clients: { pc: { kind: cifs, witness: true, runtime: docker } }\n`;
    const host = { lackOfCifs: null, lackOfRdma: { rxe: null, siw: null } };
    expect(() => readTopology("t.yaml", text, { knownSamba, host })).toThrow(
      "it cannot be a container: the kernel's witness",
    );
  });
});

describe("what is left out", () => {
  test("the profile is the best that every node has", () => {
    expect(resolved("nodes: 2, samba: '4.25'").cluster.profile).toBe("persistent");
    expect(resolved("nodes: 2, samba: ['4.25', '4.24']").cluster.profile).toBe("durable");
  });
  test("durable handles get a tmpfs that holds the demo's image, others the disk", () => {
    expect(resolved("nodes: 1, samba: '4.24'").cluster.storage).toMatchObject({
      medium: "tmpfs",
      sizeBytes: 6 * 1024 ** 3,
    });
    expect(resolved("nodes: 1, samba: '4.25'").cluster.storage).toMatchObject({ medium: "disk", sizeBytes: null });
    expect(resolved("nodes: 1, samba: '4.24', profile: none").cluster.storage.medium).toBe("disk");
  });
  test("there are as many public addresses as nodes", () => {
    expect(resolved("nodes: 2, samba: '4.25'").cluster.publicAddresses).toHaveLength(2);
    expect(resolved("nodes: 2, samba: '4.25', publicAddresses: { count: 5 }").cluster.publicAddresses).toHaveLength(5);
  });
});

describe("virtual machines", () => {
  test("the topology's runtime is everybody's who does not say another, and nodes share a disk with OCFS2", () => {
    const spec = resolved(
      "nodes: 2, samba: '4.24', memory: 1GiB",
      "runtime: qemu\nclients: { a: { kind: smb3 }, b: { kind: smb3, runtime: docker } }",
    );
    expect(spec.nodes.map(({ runtime, memoryMiB }) => [runtime, memoryMiB])).toEqual([
      ["qemu", 1024],
      ["qemu", 1024],
    ]);
    expect(spec.clients.map(({ runtime, memoryMiB }) => [runtime, memoryMiB])).toEqual([
      ["qemu", 512],
      ["docker", null],
    ]);
    expect(spec.cluster.storage).toEqual({ kind: "ocfs2", medium: "disk", sizeBytes: null, mount: "/cluster" });
  });
  test("a folder of the host's can be what machines share, on its disk even where handles are durable", () => {
    const { cluster } = resolved("nodes: 2, samba: '4.24', storage: { kind: shared-volume }", "runtime: qemu");
    expect(cluster.storage).toMatchObject({ kind: "shared-volume", medium: "disk" });
  });
  test("nodes can be machines while clients are containers", () => {
    const { nodes, clients, cluster } = resolved(
      "nodes: 1, samba: '4.25', runtime: qemu",
      "clients: { a: { kind: smb3 } }",
    );
    expect([nodes[0]?.runtime, clients[0]?.runtime, cluster.storage.kind]).toEqual(["qemu", "docker", "ocfs2"]);
  });
});

describe("RDMA of nodes", () => {
  const rdma = (networks: string, cluster = "", rest = "") =>
    resolved(`nodes: 2, samba: '4.25'${cluster}`, `networks: ${networks}\n${rest}`);

  test("is on each network that has it, and makes machines of nodes that nobody asked to be any", () => {
    const { nodes, cluster, networks } = rdma("{ private: { rdma: rxe } }");
    expect(nodes.map(({ runtime, memoryMiB }) => [runtime, memoryMiB])).toEqual([
      ["qemu", 512],
      ["qemu", 512],
    ]);
    expect(nodes.map((node) => node.rdma)).toEqual([
      { private: "rxe", public: null },
      { private: "rxe", public: null },
    ]);
    expect(nodes[1]?.machineBecause).toBe(
      "network private has RDMA (rxe): nobody looked what the kernel of the containers has",
    );
    expect(cluster.storage.kind).toBe("ocfs2");
    expect(networks.map(({ mtu }) => mtu)).toEqual([9000, 1500]);
  });

  test("is what the links say, where they say it", () => {
    const own = rdma(
      "{ public: { rdma: rxe } }",
      ", rdma: { private: rxe, public: none }",
      "clients: { a: { kind: smb3 } }",
    );
    expect(own.nodes[0]).toMatchObject({ runtime: "qemu", rdma: { private: "rxe", public: null } });
    expect(own.nodes[0]?.machineBecause).toContain("the link to network private has RDMA (rxe)");
    expect(own.clients[0]).toMatchObject({ runtime: "qemu", rdma: "rxe" });
    const none = rdma("{ public: { rdma: rxe } }", ", rdma: { public: none }", "clients: { a: { kind: smb3 } }");
    expect(none.nodes[0]).toMatchObject({ runtime: "docker", machineBecause: null, rdma: { public: null } });
  });

  test("makes no machines of what are machines already", () => {
    const { nodes } = rdma("{ private: { rdma: rxe } }", ", runtime: qemu");
    expect(nodes[0]).toMatchObject({ machineBecause: null, rdma: { private: "rxe", public: null } });
  });
});

test("versions go to nodes in their order", () => {
  expect(resolved("nodes: 2, samba: ['4.25', '4.24']").nodes.map(({ name, samba }) => [name, samba])).toEqual([
    ["node1", "4.25"],
    ["node2", "4.24"],
  ]);
});

test("smb.conf values become the text that Samba reads", () => {
  const { smbConf } = resolved(
    "nodes: 1, samba: '4.25', smbConf: { global: { durable handles: no, log level: 3, x: true } }",
  ).cluster;
  expect(smbConf).toEqual({ global: { "durable handles": "no", "log level": "3", x: "yes" } });
});

test("where the host's kernel has soft-RoCE for them, containers have devices, and no soft-iWARP", () => {
  const host = { ...unknownHost, lackOfRdma: { rxe: null, siw: "siw is for machines" } };
  const file = (rdma: string) =>
    `name: t\nnetworks: { public: { rdma: ${rdma} } }\nclients: { left: { kind: smb3 }, right: { kind: smb3, runtime: docker } }\n`;
  const { clients } = readTopology("t.yaml", file("rxe"), { knownSamba, host }).spec;
  expect(clients.map(({ runtime, rdma, machineBecause }) => [runtime, rdma, machineBecause])).toEqual([
    ["docker", "rxe", null],
    ["docker", "rxe", null],
  ]);
  expect(() => readTopology("t.yaml", file("siw"), { knownSamba, host })).toThrow(
    "it cannot be a container: network public has RDMA (siw): siw is for machines",
  );
});

test("where the host's kernel has soft-RoCE for them, what has memory of its own and what has the topology's kernel are machines all the same", () => {
  const host = { ...unknownHost, lackOfRdma: { rxe: null, siw: "siw is for machines" } };
  const file = `name: t\nnetworks: { private: { rdma: rxe }, public: { rdma: rxe } }
cluster: { nodes: 1, samba: "4.25", memory: 1GiB, rdma: { public: none }, shares: { a: { path: /cluster/a } } }
clients: { left: { kind: smb3, memory: 1GiB, rdma: rxe }, right: { kind: smb3 } }\n`;
  const { nodes, clients } = readTopology("t.yaml", file, { knownSamba, host }).spec;
  expect([...nodes, ...clients].map(({ runtime, machineBecause }) => [runtime, machineBecause])).toEqual([
    ["qemu", "network private has RDMA (rxe): a container has no memory of its own"],
    ["qemu", "the link to network public has RDMA (rxe): a container has no memory of its own"],
    ["docker", null],
  ]);
  const surroundings = { host, kernel: {} as never };
  const link = { network: "public", rdma: "rxe", isOwn: false, memory: undefined } as const;
  expect(whyMachineOn(link, surroundings)).toContain("a container has the host's kernel, and not the topology's");
  expect(whyMachineOn({ ...link, rdma: undefined }, surroundings)).toBeUndefined();
});

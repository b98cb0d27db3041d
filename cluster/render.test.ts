import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ClusterSpec, LabSpec } from "../topologies/spec.js";
import { ctdbConfDefaults, machineConf, machineSmbConf, machineTunables, tunableDefaults } from "./defaults.js";
import { renderNode } from "./render.js";

type Input = Pick<LabSpec, "cluster" | "nodes" | "networks">;

function lab(cluster: Partial<ClusterSpec> = {}): Input {
  return {
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
      { name: "public", subnet: "10.77.2.0/23", prefix: 23, gateway: "10.77.2.1", uplink: null, mtu: 1500, rdma: null },
    ],
    nodes: [1, 0].map((pnn) => ({
      ...{ name: `node${String(pnn + 1)}`, pnn, runtime: "docker", memoryMiB: null, samba: "4.25" },
      ...{ machineBecause: null, rdma: { private: null, public: null } },
      ...{ privateAddress: `10.77.1.1${String(pnn + 1)}`, publicAddress: `10.77.2.1${String(pnn + 1)}` },
    })),
    cluster: {
      profile: "persistent",
      storage: { kind: "shared-volume", medium: "disk", sizeBytes: null, mount: "/cluster" },
      privateNetwork: "private",
      publicNetwork: "public",
      publicAddresses: ["10.77.2.101", "10.77.2.102"],
      shares: [{ name: "dvd", path: "/cluster/dvd" }],
      witness: false,
      tunables: {},
      smbConf: {},
      ...cluster,
    },
  };
}

function rendered(path: string, cluster: Partial<ClusterSpec> = {}): string {
  const found = renderNode(lab(cluster)).find((file) => file.path === path);
  if (found === undefined) throw new Error(`${path} is not rendered`);
  return String(found.content);
}

/** Of nodes that are virtual machines. */
function onMachines(path: string, cluster: Partial<ClusterSpec> = {}): string {
  const { nodes, ...rest } = lab(cluster);
  const machines = nodes.map((node) => ({ ...node, runtime: "qemu" as const, memoryMiB: 512 }));
  return String(renderNode({ ...rest, nodes: machines }).find((file) => file.path === path)?.content);
}

const lines = (text: string) => text.split("\n").map((line) => line.trim());

describe("CTDB's files", () => {
  test("number the nodes by their lines", () => {
    expect(rendered("/etc/ctdb/nodes")).toBe("10.77.1.11\n10.77.1.12\n");
  });

  test("put public addresses on the second interface, with the network's prefix", () => {
    expect(rendered("/etc/ctdb/public_addresses")).toBe("10.77.2.101/23 eth1\n10.77.2.102/23 eth1\n");
  });

  test("have each section of ctdb.conf once, with every default and the lock", () => {
    const conf = lines(rendered("/etc/ctdb/ctdb.conf"));
    const sections = conf.filter((line) => line.startsWith("["));
    expect(new Set(sections).size).toBe(sections.length);
    for (const { name, value } of ctdbConfDefaults) expect(conf).toContain(`${name.split("/")[1] ?? ""} = ${value}`);
    expect(conf).toContain("cluster lock = /cluster/.ctdb/lock");
  });

  test("have other defaults where nodes are machines, under the user's", () => {
    const content = (path: string) => onMachines(path, { tunables: { monitorinterval: 3 } });
    const tunables = content("/etc/ctdb/ctdb.tunables");
    expect(tunables).toContain("EventScriptTimeout=180\n");
    expect(tunables.match(/^MonitorInterval=.*$/gim)).toEqual(["MonitorInterval=3"]);
    expect(lines(content("/etc/ctdb/ctdb.conf")).filter((line) => line.startsWith("leader timeout"))).toEqual([
      "leader timeout = 5",
    ]);
    expect(rendered("/etc/ctdb/ctdb.tunables")).not.toContain("EventScriptTimeout");
    expect(lines(content("/etc/samba/smb.conf"))).toContain("ctdb:migrate_duration = 25000");
    expect(rendered("/etc/samba/smb.conf")).not.toContain("migrate_duration");
  });

  test("hold the lock on OCFS2 by flock, and tell its nodes where the others are", () => {
    const ocfs2 = { storage: { kind: "ocfs2", medium: "disk", sizeBytes: null, mount: "/cluster" } } as const;
    const conf = lines(rendered("/etc/ctdb/ctdb.conf", ocfs2));
    expect(conf).toContain("cluster lock = !/usr/local/sbin/ctdb_mutex_flock_helper /cluster/.ctdb/lock");
    const nodes = rendered("/etc/ocfs2/cluster.conf", ocfs2);
    expect(lines(nodes).join(" ")).toContain("number = 1 cluster = plugfest ip_port = 7777 ip_address = 10.77.1.12");
    expect(nodes).toContain("node_count = 2");
    const finish = readFileSync(new URL("../images/machine-node/finish", import.meta.url), "utf8");
    expect(finish).toContain("--cluster-name=plugfest");
    expect(
      readFileSync(new URL("../images/machine-node/rootfs/etc/plugfest/start", import.meta.url), "utf8"),
    ).toContain("register-cluster plugfest");
    expect(() => rendered("/etc/ocfs2/cluster.conf")).toThrow("is not rendered");
  });

  test("hold the lock on a folder of the host's by a lease, and know its files by what the host calls it", () => {
    const conf = lines(onMachines("/etc/ctdb/ctdb.conf"));
    expect(conf).toContain("cluster lock = !/usr/local/sbin/ctdb_mutex_lease_helper /cluster/.ctdb/lock 10");
    expect(lines(onMachines("/etc/samba/smb.conf"))).toContain("fileid:algorithm = fsid");
    expect(rendered("/etc/samba/smb.conf")).not.toContain("fileid");
    const ocfs2 = { storage: { kind: "ocfs2", medium: "disk", sizeBytes: null, mount: "/cluster" } } as const;
    expect(onMachines("/etc/samba/smb.conf", ocfs2)).not.toContain("fileid");
  });

  test("have the user's tunables in place of plugfest's, whatever their letter case", () => {
    const tunables = rendered("/etc/ctdb/ctdb.tunables", { tunables: { monitorinterval: 15, NoIPFailback: 1 } });
    expect(lines(tunables).filter((line) => /monitorinterval/i.test(line))).toEqual(["MonitorInterval=15"]);
    expect(lines(tunables)).toContain("NoIPFailback=1");
  });

  test("ask for the lock's directory and the shares'", () => {
    expect(rendered("/etc/plugfest/directories")).toBe("0700 /cluster/.ctdb\n0777 /cluster/dvd\n");
  });
});

describe("smb.conf", () => {
  const conf = (cluster: Partial<ClusterSpec>) => lines(rendered("/etc/samba/smb.conf", cluster));

  test("gives persistent handles on continuously available shares with the persistent profile", () => {
    expect(conf({})).toEqual(expect.arrayContaining(["persistent handles = yes", "continuous availability = yes"]));
  });

  test("has no option that Samba before 4.25 does not know with the durable profile", () => {
    const durable = conf({ profile: "durable" });
    expect(durable.filter((line) => /persistent|continuous/.test(line))).toEqual([]);
    expect(durable).toEqual(expect.arrayContaining(["durable handles = yes", "kernel share modes = no"]));
  });

  test("gives no handle that survives with no profile", () => {
    expect(conf({ profile: "none" })).toContain("durable handles = no");
  });

  test("has the user's options in place of plugfest's, whatever their letter case and spaces", () => {
    const smbConf = { global: { "Log  Level": "10" }, dvd: { "read only": "yes", "veto files": "/*.tmp/" } };
    const own = conf({ smbConf });
    expect(own.filter((line) => /^log\s*level/i.test(line))).toEqual(["Log  Level = 10"]);
    expect(own).toEqual(expect.arrayContaining(["read only = yes", "veto files = /*.tmp/"]));
    expect(own).not.toContain("read only = no");
  });
});

test("the files are the same on every node", () => {
  const { nodes, ...rest } = lab();
  expect(renderNode({ ...rest, nodes: nodes.toReversed() })).toEqual(renderNode(lab()));
});

test("every default that users are told of is told in docs/cluster-defaults.md, with CTDB's own", () => {
  const doc = readFileSync(new URL("../docs/cluster-defaults.md", import.meta.url), "utf8");
  const [ofAll = "", ofMachines = ""] = doc.split("## Nodes that are virtual machines");
  const hold = (text: string, defaults: readonly { name: string; value: unknown; ctdb: unknown }[]) => {
    const rows = text.split("\n").map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));
    for (const { name, value, ctdb } of defaults) {
      const option = name.split("/").at(-1);
      expect(rows.find((row) => row[1] === option)?.slice(2, 4), name).toEqual([String(value), String(ctdb)]);
    }
  };
  hold(ofAll, [...tunableDefaults, ...ctdbConfDefaults]);
  hold(ofMachines, [...machineTunables, ...machineConf, ...machineSmbConf]);
});

test("the scripts of the node's image are shell", () => {
  const rootfs = new URL("../images/node/rootfs/", import.meta.url);
  for (const script of [
    "usr/local/sbin/plugfest-node",
    "usr/share/plugfest/events/49.account.script",
    "usr/share/plugfest/events/98.settle.script",
    "etc/ctdb/rc.local",
  ]) {
    execFileSync("sh", ["-n", new URL(script, rootfs).pathname]);
  }
  const ofMachines = new URL("../images/machine-node/rootfs/", import.meta.url);
  execFileSync("sh", ["-n", new URL("etc/plugfest/start", ofMachines).pathname]);
});

import { expect, test } from "vitest";
import type { Remote } from "../../core/remote.js";
import { loadTopology } from "../../topologies/load.js";
import { countTraffic } from "./carried.js";
import { rdmaDevices } from "./devices.js";

const ends = rdmaDevices(loadTopology("smbdirect", { cwd: "/", knownSamba: [] }).spec);

/** As nft(8) gave it on a real machine. */
const counters = (bytes: Readonly<Record<string, number>>) => ({
  nftables: [
    { metainfo: { version: "1.1.3", json_schema_version: 1 } },
    ...Object.entries(bytes).map(([name, count]) => ({
      counter: { family: "inet", name, table: "plugfest-rdma", handle: 1, packets: 5, bytes: count },
    })),
  ],
});

/** A machine whose device counts 100 packets more each time it is asked. */
function machine(node: string, canCount: boolean, given: string[]): Remote {
  let sent = 0;
  const answer = (argv: readonly string[], input: string | undefined) => {
    if (argv[0] === "nft" && argv[1] === "-f") {
      given.push(input ?? "");
      return canCount ? { exit: 0, stdout: "" } : { exit: 1, stdout: "" };
    }
    if (argv[0] === "nft") {
      const told = counters({ "rdma-in": 10, "rdma-out": 70_000_000, "tcp-in": 3, "tcp-out": 4 });
      return { exit: 0, stdout: JSON.stringify(told) };
    }
    sent += 100;
    const link = '[{"ifname":"rxe0","state":"ACTIVE"}]\n\n\n';
    return { exit: 0, stdout: `${link}[{"ifname":"rxe0","sent_pkts":${String(sent)},"rcvd_pkts":7}]` };
  };
  return {
    node,
    exec: (argv, options) => Promise.resolve({ ...answer(argv, options?.input), stderr: "" }),
    start: () => Promise.reject(new Error("nothing is started")),
    put: () => Promise.resolve(),
    get: () => Promise.resolve(undefined),
  };
}

test("both ends count packets and bytes from the beginning on, each on the interface of its device", async () => {
  const given: string[] = [];
  const machines = new Map(ends.map(({ node }) => [node, machine(node, true, given)]));
  const read = await countTraffic({ ends, connect: (node) => machines.get(node)! });
  expect(given).toHaveLength(2);
  expect(given[0]).toContain('oifname "eth0" udp dport 4791 counter name "rdma-out" accept');
  expect(await read()).toEqual(
    ["nas", "laptop"].map((node) => ({
      ...{ node, kind: "rxe", device: "rxe0", packets: { sent: 100, received: 0 } },
      rdmaBytes: { sent: 70_000_000, received: 10 },
      tcpBytes: { sent: 4, received: 3 },
    })),
  );
});

test("a machine that does not count has no bytes, and not none", async () => {
  const read = await countTraffic({ ends, connect: (node) => machine(node, false, []) });
  expect((await read())[0]).toMatchObject({ rdmaBytes: null, tcpBytes: null, packets: { sent: 100 } });
});

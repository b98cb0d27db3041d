import { expect, test } from "vitest";
import { systemClock } from "../../core/clock.js";
import type { Remote } from "../../core/remote.js";
import { loadTopology } from "../../topologies/load.js";
import { rdmaDevices } from "./devices.js";
import { measureRdma } from "./measure.js";

const table = `---------------------------------------------------------------------------------------
 #bytes     #iterations    BW peak[MiB/sec]    BW average[MiB/sec]   MsgRate[Mpps]
 65536      200              14.20              11.80  		     0.000189
---------------------------------------------------------------------------------------
`;

/** As an emulated machine printed it, after "Correlation coefficient r^2: 0.689733 < 0.9". */
const uncounted = (messages: string) =>
  table
    .replace("200  ", `${messages}  `)
    .replace("14.20", "0.00")
    .replace("11.80", "0.00")
    .replace("0.000189", "0.000000");

const [left, right] = rdmaDevices(loadTopology("roce", { cwd: "/", knownSamba: [] }).spec);

/** A machine that says what rdma(8), rping and perftest said on a real one; its counters grow each time. */
function machine(
  node: string,
  rping: { exit: number; stderr: string },
  { statistics = true, untimed = false }: { readonly statistics?: boolean; readonly untimed?: boolean } = {},
): Remote {
  let sent = 0;
  const answer = (program: string, args: readonly string[]) => {
    if (program === "sh") {
      sent += 300;
      const link = '[{"ifindex":0,"ifname":"rxe0","port":1,"state":"ACTIVE","physical_state":"LINK_UP"}]\n';
      const counted = statistics ? `[{"ifname":"rxe0","port":1,"sent_pkts":${String(sent)},"rcvd_pkts":7}]\n` : "";
      return { exit: 0, stdout: `${link}\n\n${counted}`, stderr: "" };
    }
    if (program === "rping") return { ...rping, stdout: "" };
    const stdout = untimed ? uncounted(args.includes("-D") ? "518" : "200") : table;
    return { exit: 0, stdout, stderr: "" };
  };
  return {
    node,
    exec: ([program = "", , tool = "", ...args]) => {
      if (tool.startsWith("ib_")) asked.push([node, tool, ...args].join(" "));
      return Promise.resolve(answer(program === "timeout" ? tool : program, args));
    },
    start: (argv, { onStdout }) => {
      const [tool = "", ...args] = argv.slice(4);
      if (tool.startsWith("ib_")) asked.push([node, tool, ...args].join(" "));
      onStdout(Buffer.from("listening\n"));
      return Promise.resolve({ write: () => undefined, release: () => undefined, exited: Promise.resolve(0) });
    },
    put: () => Promise.resolve(),
    get: () => Promise.resolve(undefined),
  };
}

/** The command lines of perftest at both ends. */
const asked: string[] = [];

function measure(of: (node: string) => Remote) {
  asked.length = 0;
  const machines = new Map(["left", "right"].map((name) => [name, of(name)]));
  const bandwidth = { verb: "write", messages: 200, bytes: 65_536 } as const;
  return measureRdma({
    ...{ from: left!, to: right!, clock: systemClock, rounds: 50, answerWithinMs: 5000, bandwidth },
    connect: (node) => machines.get(node)!,
  });
}

test("the figures of rping and perftest, and what the devices counted meanwhile", async () => {
  expect(await measure((name) => machine(name, { exit: 0, stderr: "" }))).toMatchObject({
    ...{ from: "left", to: "right", network: "public", ping: { answered: true, rounds: 50 } },
    bandwidth: { verb: "write", bytes: 13_107_200, bytesPerSecond: 11.8 * 2 ** 20, said: "" },
    ends: [
      { node: "left", device: "rxe0", state: "ACTIVE", packets: { sent: 300, received: 0 } },
      { node: "right", packets: { sent: 300, received: 0 } },
    ],
  });
});

test("perftest counts for a time what goes over, where it does not know how fast its cycles are", async () => {
  const { bandwidth } = await measure((name) => machine(name, { exit: 0, stderr: "" }, { untimed: true }));
  expect(asked).toEqual([
    ...[
      "right ib_write_bw -R -F -d rxe0 -n 200 -s 65536",
      "left ib_write_bw -R -F -d rxe0 -n 200 -s 65536 10.77.83.202",
    ],
    ...["right ib_write_bw -R -F -d rxe0 -D 2 -s 65536", "left ib_write_bw -R -F -d rxe0 -D 2 -s 65536 10.77.83.202"],
  ]);
  // 200 messages, then 518 of them in 2 s.
  expect(bandwidth).toEqual({ verb: "write", bytes: 718 * 65_536, bytesPerSecond: 259 * 65_536, said: "" });
});

test("perftest is told its device, for it takes a machine's first one, which may be another network's", async () => {
  await measure((name) => machine(name, { exit: 0, stderr: "" }));
  const how = "ib_write_bw -R -F -d rxe0 -n 200 -s 65536";
  expect(asked).toEqual([`right ${how}`, `left ${how} 10.77.83.202`]);
});

test("that nobody answers is a result, and then no bandwidth is measured", async () => {
  const said = "cma event RDMA_CM_EVENT_ADDR_ERROR, error -110";
  expect(await measure((name) => machine(name, { exit: 255, stderr: `${said}\n` }))).toMatchObject({
    ping: { answered: false, said: `exit 255: ${said}` },
    bandwidth: null,
  });
});

test("a neighbour that was not found at once is looked for once more", async () => {
  const unresolved = { exit: 255, stderr: "cma event RDMA_CM_EVENT_ADDR_ERROR, error -110\n" };
  const pings: number[] = [];
  const { ping } = await measure((name) => {
    const found = machine(name, { exit: 0, stderr: "" });
    const lost = machine(name, unresolved);
    return {
      ...found,
      exec: (argv, options) => {
        const isPing = argv.includes("rping");
        if (isPing) pings.push(pings.length);
        return (isPing && pings.length === 1 ? lost : found).exec(argv, options);
      },
    };
  });
  expect([ping.answered, pings.length]).toEqual([true, 2]);
});

test("a device that does not count has no packets, and not none", async () => {
  const { ends } = await measure((name) => machine(name, { exit: 0, stderr: "" }, { statistics: false }));
  expect(ends.map(({ packets }) => packets)).toEqual([null, null]);
});

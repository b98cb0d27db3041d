import { z } from "zod";
import type { Counted, RdmaCarried } from "../../core/event.js";
import type { CopyCheck } from "./check.js";
import type { Finding } from "./finding.js";
import { fail, pass, unknown } from "./finding.js";

interface Facts {
  readonly acked: number;
  readonly carried: RdmaCarried | undefined;
}

type End = RdmaCarried["ends"][number];

/** The most that soft-RoCE puts into a packet (its path MTU). */
const packetBytes = 4096;

/** Beside SMB Direct nothing of a copy goes by TCP; what else is asked of a machine meanwhile is little. */
const leastShare = 10;

export const rdma: CopyCheck<"carried", Facts> = {
  name: "rdma",
  about: "copy",
  schema: z.literal("carried").meta({ description: "The copy went by RDMA, and not by TCP (SMB Direct)." }),
  docs: {
    field: "rdma: carried",
    passes:
      "While the copy ran, the RDMA devices of its client and of its server each counted packets enough for all of it, on both interfaces more bytes than it has went by RDMA, and by TCP not a tenth of it.",
  },
  refuse: (_carried, { spec: { name, servers, clients } }) => {
    const lacking = [servers, clients].findIndex((machines) => machines.every(({ rdma: device }) => device === null));
    if (lacking === -1) return [];
    const message = `no ${lacking === 0 ? "server" : "client"} of topology "${name}" has an RDMA device, so that no copy can go by RDMA`;
    const hint = "choose one by --topology that has both, as smbdirect has";
    return [{ path: [], code: "scenario/no-rdma", message, hint }];
  },
  gather: ({ copy }) => ({ acked: copy.acked, carried: copy.carried }),
  judge: (_carried, facts) => judgeCarried(facts),
  defects: [
    atEnd("the copy went by TCP", "fail", (end) => ({
      ...end,
      packets: { sent: 40, received: 40 },
      rdmaBytes: { sent: 4000, received: 4000 },
      tcpBytes: end.rdmaBytes,
    })),
    atEnd("a device counted next to nothing", "fail", (end) => ({ ...end, packets: { sent: 7, received: 7 } })),
    atEnd("as much went by TCP", "fail", (end) => ({ ...end, tcpBytes: end.rdmaBytes })),
    atEnd("a device does not count", "unknown", (end) => ({ ...end, packets: null })),
    atEnd("an interface does not count", "unknown", (end) => ({ ...end, rdmaBytes: null })),
    { name: "nothing was counted", turns: "unknown", plant: (facts) => ({ ...facts, carried: undefined }) },
  ],
};

function judgeCarried({ acked, carried }: Facts): Finding {
  if (carried === undefined)
    return unknown("nothing was counted: its client and its server are not both on a network with RDMA");
  if (acked === 0) return unknown("nothing was acknowledged");
  const told = carried.ends.map(describe).join("; ");
  const { ends } = carried;
  const elsewhere = ends.find(
    ({ rdmaBytes, tcpBytes }) =>
      (rdmaBytes !== null && most(rdmaBytes) < acked) || (tcpBytes !== null && most(tcpBytes) * leastShare >= acked),
  );
  if (elsewhere !== undefined) return fail(`RDMA did not carry the ${megabytes(acked)} at ${elsewhere.node}: ${told}`);
  const few = ends.find(({ packets }) => packets !== null && most(packets) * packetBytes < acked);
  if (few !== undefined) {
    return fail(`the packets of ${few.device} on ${few.node} cannot have carried ${megabytes(acked)}: ${told}`);
  }
  const silent = ends.find(({ rdmaBytes, tcpBytes }) => rdmaBytes === null || tcpBytes === null);
  if (silent !== undefined) return unknown(`${silent.node} does not tell what went over its interface`);
  // The counters of its interface are all that there are of soft-iWARP.
  const uncounted = ends.find(({ kind, packets }) => kind !== "siw" && packets === null);
  if (uncounted !== undefined) return unknown(`${uncounted.node} does not tell what ${uncounted.device} counted`);
  return pass(`${megabytes(acked)} by RDMA: ${told}`);
}

/** All of a copy goes one way. */
function most({ sent, received }: Counted): number {
  return Math.max(sent, received);
}

function describe({ node, device, packets, rdmaBytes, tcpBytes }: End): string {
  const counted = (count: Counted | null, unit: (value: number) => string) =>
    count === null ? "?" : `${unit(count.sent)} out and ${unit(count.received)} in`;
  return `${device} of ${node} ${counted(packets, String)} packets, ${counted(rdmaBytes, megabytes)} by RDMA, ${counted(tcpBytes, megabytes)} by TCP`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Something else at the server's end. */
function atEnd<Turns extends "fail" | "unknown">(name: string, turns: Turns, change: (end: End) => End) {
  const plant = ({ acked, carried }: Facts): Facts | undefined => {
    const [client, server] = carried?.ends ?? [];
    if (carried === undefined || client === undefined || server === undefined) return undefined;
    return { acked, carried: { ...carried, ends: [client, change(server)] } };
  };
  return { name, turns, plant } as const;
}

import type { Counted, RdmaMeasured } from "../../core/event.js";
import type { Defects } from "./defect.js";
import { fail, type Finding, pass, unknown } from "./finding.js";

export interface RdmaWanted {
  /** Whether the other one must answer, or must not. */
  readonly answer: boolean;
  /** Bytes per second. */
  readonly atLeast: number | undefined;
}

/** The most that soft-RoCE puts into a packet (its path MTU). */
const packetBytes = 4096;

/** What rping sends in a round, if not told otherwise: rping(1). */
const pingBytes = 64;

/** Judges what was measured between two machines, by what rping and perftest say and what the devices counted. */
export function judgeRdma({ answer, atLeast }: RdmaWanted, measured: RdmaMeasured): Finding {
  const silent = measured.ends.find(({ state }) => state === null);
  if (silent !== undefined) return unknown(`${silent.node} does not tell the state of ${silent.device}`);
  const uncounted = measured.ends.find((end) => counted(end) === undefined);
  if (uncounted !== undefined) return unknown(`${uncounted.node} does not tell what ${uncounted.device} counted`);
  return answer ? judgeAnswer(measured, atLeast) : judgeSilence(measured);
}

function judgeAnswer({ from, to, ping, bandwidth, ends }: RdmaMeasured, atLeast: number | undefined): Finding {
  const [near] = ends;
  const states = describe(ends);
  if (!ping.answered) return fail(`${to} does not answer ${from}: ${ping.said}; ${states}`);
  const { sent = 0, received = 0 } = near === undefined ? {} : (counted(near) ?? {});
  if (bandwidth === null) {
    if (near === undefined || !canHavePinged(near, ping.rounds)) {
      return fail(`${from} says that ${to} answered, and that takes more than was sent; ${states}`);
    }
    return pass(`${String(ping.rounds)} rounds of rping in ${seconds(ping.ms)}; ${states}`);
  }
  const { verb, bytes, bytesPerSecond, said } = bandwidth;
  if (bytesPerSecond === null) return fail(`no figure for ${verb}: ${said}; ${states}`);
  const rate = `${verb} of ${mebibytes(bytes)} MiB with ${mebibytes(bytesPerSecond)} MiB/s`;
  if (atLeast !== undefined && bytesPerSecond < atLeast) {
    return fail(`${rate}, expected at least ${mebibytes(atLeast)} MiB/s`);
  }
  // What is read comes from the other one.
  const carried = verb === "read" ? received : sent;
  if (carried * packetBytes < bytes) {
    return fail(`${rate}, which the ${String(carried)} packets of ${near?.device ?? ""} cannot have carried`);
  }
  return pass(`${String(ping.rounds)} rounds of rping in ${seconds(ping.ms)}; ${rate}; ${states}`);
}

function judgeSilence({ from, to, ping, ends }: RdmaMeasured): Finding {
  const states = describe(ends);
  if (ping.answered) return fail(`${to} answers ${from}, expected silence; ${states}`);
  const received = (ends[1] && counted(ends[1])?.received) ?? 0;
  if (received > 0) return fail(`${to} did not answer in time, but had ${String(received)} packets; ${states}`);
  return pass(`${to} does not answer ${from} (${ping.said}) and received nothing; ${states}`);
}

type End = RdmaMeasured["ends"][number];

/** Packets that a device counted; of a sort that counts none, as many as the bytes of its interface would fill. */
function counted({ packets, bytes }: End): Counted | undefined {
  if (packets !== null) return packets;
  if (bytes === undefined) return undefined;
  return { sent: Math.floor(bytes.sent / packetBytes), received: Math.floor(bytes.received / packetBytes) };
}

/** Each round of rping takes a packet at least; of a sort that counts none, the bytes of a ping. */
function canHavePinged({ packets, bytes }: End, rounds: number): boolean {
  return packets === null ? (bytes?.sent ?? 0) >= rounds * pingBytes : packets.sent >= rounds;
}

function describe(ends: readonly End[]): string {
  return ends
    .map(({ node, device, state, packets, bytes }) => {
      const said =
        packets !== null
          ? `, ${String(packets.sent)} packets out, ${String(packets.received)} in`
          : bytes === undefined
            ? ""
            : `, ${String(bytes.sent)} bytes out, ${String(bytes.received)} in`;
      return `${device} of ${node} ${state ?? "?"}${said}`;
    })
    .join("; ");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

const withEnds = (measured: RdmaMeasured, change: (end: End) => End): RdmaMeasured => ({
  ...measured,
  ends: measured.ends.map(change),
});

/** What must turn it red. */
export const rdmaDefects: Defects<RdmaWanted, RdmaMeasured> = [
  {
    name: "rping ends otherwise",
    turns: "fail",
    plant: (measured) => ({
      ...measured,
      ping: { ...measured.ping, answered: !measured.ping.answered, said: "planted" },
    }),
  },
  {
    name: "no packet was counted though the other one answered",
    turns: "fail",
    plant: (measured, { answer }) =>
      answer ? withEnds(measured, (end) => ({ ...end, packets: { sent: 0, received: 0 } })) : undefined,
  },
  {
    name: "packets arrive over a link that is cut",
    turns: "fail",
    plant: (measured, { answer }) =>
      answer ? undefined : withEnds(measured, (end) => ({ ...end, packets: { sent: 0, received: 5 } })),
  },
  {
    name: "no bandwidth came out",
    turns: "fail",
    plant: ({ bandwidth, ...rest }) =>
      bandwidth === null ? undefined : { ...rest, bandwidth: { ...bandwidth, bytesPerSecond: null, said: "planted" } },
  },
  {
    name: "a machine does not tell its device's state",
    turns: "unknown",
    plant: (measured) => withEnds(measured, (end) => ({ ...end, state: null })),
  },
  {
    name: "a device does not count",
    turns: "unknown",
    plant: (measured) =>
      withEnds(measured, ({ node, device, state }) => ({ ...{ node, device, state }, packets: null })),
  },
];

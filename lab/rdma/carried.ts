import { z } from "zod";
import type { Counted, RdmaCarried } from "../../core/event.js";
import type { Remote } from "../../core/remote.js";
import type { RdmaDevice } from "./devices.js";
import { countedSince, linkState } from "./link-state.js";

type End = RdmaCarried["ends"][number];

export interface CountOptions {
  /** The client's device and the server's. */
  readonly ends: readonly RdmaDevice[];
  readonly connect: (node: string) => Remote;
  readonly signal?: AbortSignal;
}

/** RoCE v2 (InfiniBand Architecture Specification, annex A17), and SMB Direct over iWARP ([MS-SMBD] 1.9). */
const isRdma = { rxe: ["udp dport 4791"], siw: ["tcp dport 5445", "tcp sport 5445"] } as const;

/**
 * Counts from now on, at both ends of a link, what goes over it: packets by the RDMA device itself, bytes by nftables(8),
 * which sees on the interface what is RDMA and what is TCP. Gives what reads it.
 */
export async function countTraffic({ ends, connect, signal }: CountOptions): Promise<() => Promise<End[]>> {
  const options = signal === undefined ? {} : { signal };
  const began = await Promise.all(
    ends.map(async (end) => {
      const remote = connect(end.node);
      const { exit } = await remote.exec(["nft", "-f", "-"], { ...options, input: rules(end) });
      return { remote, counts: exit === 0, before: (await linkState(remote, end, signal)).packets };
    }),
  );
  return () =>
    Promise.all(
      ends.map(async (end, index) => {
        const { remote = connect(end.node), counts = false, before = null } = began[index] ?? {};
        const { packets } = await linkState(remote, end, signal);
        const bytes = counts ? await countedBytes(remote, options) : undefined;
        return {
          ...{ node: end.node, kind: end.kind, device: end.device },
          packets: countedSince(before, packets),
          rdmaBytes: bytes?.rdma ?? null,
          tcpBytes: bytes?.tcp ?? null,
        };
      }),
    );
}

const table = "inet plugfest-rdma";

/** The table is made anew, so that it counts from nothing. */
function rules({ kind, interface: device }: RdmaDevice): string {
  const chain = (hook: string, way: string, which: string) => `
    chain ${hook} {
      type filter hook ${hook} priority 0;
${isRdma[kind].map((match) => `      ${which} "${device}" ${match} counter name "rdma-${way}" accept`).join("\n")}
      ${which} "${device}" meta l4proto tcp counter name "tcp-${way}"
    }`;
  const counters = ["rdma-in", "rdma-out", "tcp-in", "tcp-out"]
    .map((name) => `counter ${name} { packets 0 bytes 0 }`)
    .join("\n    ");
  return `table ${table}
  delete table ${table}
  table ${table} {
    ${counters}${chain("input", "in", "iifname")}${chain("output", "out", "oifname")}
  }
`;
}

const listed = z.object({
  nftables: z.array(z.looseObject({ counter: z.object({ name: z.string(), bytes: z.number() }).optional() })),
});

async function countedBytes(
  remote: Remote,
  options: { readonly signal?: AbortSignal },
): Promise<{ readonly rdma: Counted; readonly tcp: Counted } | undefined> {
  const { exit, stdout } = await remote.exec(["nft", "-j", "list", "counters", "table", ...table.split(" ")], options);
  if (exit !== 0) return undefined;
  const { nftables } = listed.parse(JSON.parse(stdout));
  const bytes = new Map(
    nftables.flatMap(({ counter }) => (counter === undefined ? [] : [[counter.name, counter.bytes]])),
  );
  const both = (what: string): Counted | undefined => {
    const [sent, received] = [bytes.get(`${what}-out`), bytes.get(`${what}-in`)];
    return sent === undefined || received === undefined ? undefined : { sent, received };
  };
  const [rdma, tcp] = [both("rdma"), both("tcp")];
  return rdma === undefined || tcp === undefined ? undefined : { rdma, tcp };
}

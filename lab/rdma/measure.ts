import type { Clock } from "../../core/clock.js";
import type { RdmaMeasured } from "../../core/event.js";
import type { ExecResult, Remote } from "../../core/remote.js";
import type { RdmaDevice } from "./devices.js";
import { countedSince, linkState } from "./link-state.js";
import { parsePerftest } from "./perftest.js";
import { whileServing } from "./serve.js";

/** What goes over the link while it is measured: RDMA writes, reads, or sends. */
export const rdmaVerbs = ["write", "read", "send"] as const;

export interface MeasureOptions {
  readonly from: RdmaDevice;
  readonly to: RdmaDevice;
  readonly connect: (node: string) => Remote;
  readonly clock: Clock;
  /** How often rping's ping goes there and back. */
  readonly rounds: number;
  /** How long that may take until there is no answer. */
  readonly answerWithinMs: number;
  /** What bandwidth is measured with, once there was an answer; null for none. */
  readonly bandwidth: {
    readonly verb: (typeof rdmaVerbs)[number];
    readonly messages: number;
    readonly bytes: number;
  } | null;
  readonly signal?: AbortSignal;
}

/** A bandwidth that takes longer than this is no bandwidth. */
const bandwidthSeconds = 60;

/** How long it goes on where perftest cannot tell how long it took. */
const countedSeconds = 2;

/** rping looks 2 s for its neighbour, and a link whose cable was just plugged in may take as long: that is not the last word. */
function isUnresolved({ stderr }: ExecResult): boolean {
  return stderr.includes("RDMA_CM_EVENT_ADDR_ERROR");
}

/**
 * Measures the RDMA between two machines: rping(1), bandwidth by perftest, and what both devices counted in that time.
 * That nobody answers is a result.
 */
export async function measureRdma(options: MeasureOptions): Promise<RdmaMeasured> {
  const { from, to, connect, clock, rounds, answerWithinMs, bandwidth, signal } = options;
  const ends = [from, to] as const;
  const look = () => Promise.all(ends.map((end) => linkState(connect(end.node), end, signal)));
  const run = (seconds: number, ...argv: string[]) =>
    connect(from.node).exec(["timeout", String(seconds), ...argv], { ...(signal && { signal }) });
  const before = await look();
  const server = ["rping", "-s", "-a", to.address, "-C", String(rounds)];
  const pinged = await whileServing(connect(to.node), server, async () => {
    const startMs = clock.now();
    const leftMs = () => answerWithinMs - (clock.now() - startMs);
    const ping = () => run(leftMs() / 1000, "rping", "-c", "-a", to.address, "-C", String(rounds));
    const first = await ping();
    const result = isUnresolved(first) && leftMs() > 0 ? await ping() : first;
    return { ...result, ms: clock.now() - startMs };
  });
  const answered = pinged.exit === 0;
  const carried = answered && bandwidth !== null ? await measureBandwidth(bandwidth) : null;
  const after = await look();
  return {
    ...{ from: from.node, to: to.node, network: from.network },
    ping: { answered, rounds, ms: pinged.ms, said: answered ? "" : said(pinged) },
    bandwidth: carried,
    ends: ends.map(({ node, device }, index) => {
      const [was, is] = [before[index], after[index]];
      const bytes = countedSince(was?.bytes, is?.bytes);
      return {
        ...{ node, device, state: is?.state ?? null, packets: countedSince(was?.packets, is?.packets) },
        ...(bytes === null ? {} : { bytes }),
      };
    }),
  };

  async function measureBandwidth({ verb, messages, bytes }: NonNullable<MeasureOptions["bandwidth"]>) {
    const ask = async (...amount: string[]) => {
      // Not told which, it looks at a machine's first device, and gives up where that one is down.
      const on = ({ device }: RdmaDevice) => [
        ...[`ib_${verb}_bw`, "-R", "-F", "-d", device],
        ...[...amount, "-s", String(bytes)],
      ];
      const result = await whileServing(connect(to.node), on(to), () => run(bandwidthSeconds, ...on(from), to.address));
      return { result, table: result.exit === 0 ? parsePerftest(result.stdout) : undefined };
    };
    const none = (result: ExecResult) => ({ verb, bytes: messages * bytes, bytesPerSecond: null, said: said(result) });
    const first = await ask("-n", String(messages));
    if (first.table === undefined) return none(first.result);
    const { perSecond } = first.table;
    if (perSecond !== null) return { verb, bytes: messages * bytes, bytesPerSecond: perSecond, said: "" };
    // A program that does not know how fast its cycles are ends in time all the same, by an alarm.
    const second = await ask("-D", String(countedSeconds));
    if (second.table === undefined || second.table.messages === 0) return none(second.result);
    const counted = second.table.messages * bytes;
    return { verb, bytes: messages * bytes + counted, bytesPerSecond: counted / countedSeconds, said: "" };
  }
}

function said({ exit, stdout, stderr }: ExecResult): string {
  const last = (stderr.trim() || stdout.trim()).split("\n").slice(-3).join(" / ");
  return [exit === 124 ? "it did not end in its time" : `exit ${String(exit)}`, last].filter(Boolean).join(": ");
}

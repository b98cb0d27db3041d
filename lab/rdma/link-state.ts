import { z } from "zod";
import type { Counted } from "../../core/event.js";
import type { Remote } from "../../core/remote.js";
import type { RdmaDevice } from "./devices.js";

const links = z.array(z.looseObject({ ifname: z.string(), state: z.string() }));
const statistics = z.array(z.looseObject({ sent_pkts: z.number(), rcvd_pkts: z.number() }));
const interfaces = z.array(
  z.object({ stats64: z.object({ tx: z.object({ bytes: z.number() }), rx: z.object({ bytes: z.number() }) }) }),
);

export interface LinkState {
  /** `ACTIVE`, `DOWN`, in the kernel's words; null where the machine does not tell. */
  readonly state: string | null;
  /** What it has counted since it is there. Null where the device does not count. */
  readonly packets: Counted | null;
  /** What its interface has counted, where the device is of a sort that counts nothing: soft-iWARP. */
  readonly bytes?: Counted;
}

const script =
  "rdma -j link show $1/1; echo; echo; rdma -j statistic show link $1/1; echo; echo; ip -j -s link show dev $2";

/** What rdma(8) on a machine says of a device. */
export async function linkState(
  remote: Remote,
  { kind, device, interface: on }: RdmaDevice,
  signal?: AbortSignal,
): Promise<LinkState> {
  const { stdout } = await remote.exec(["sh", "-c", script, "sh", device, on], { ...(signal && { signal }) });
  const [link = "", counted = "", below = ""] = stdout.split("\n\n\n");
  const packets = parsed(statistics, counted)?.[0];
  const stats = kind === "siw" ? parsed(interfaces, below)?.[0]?.stats64 : undefined;
  return {
    state: parsed(links, link)?.find(({ ifname }) => ifname === device)?.state ?? null,
    packets: packets === undefined ? null : { sent: packets.sent_pkts, received: packets.rcvd_pkts },
    ...(stats === undefined ? {} : { bytes: { sent: stats.tx.bytes, received: stats.rx.bytes } }),
  };
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What was counted between two moments; null where one of them is not known. */
export function countedSince(before: Counted | null | undefined, now: Counted | null | undefined): Counted | null {
  if (before == null || now == null) return null;
  return { sent: now.sent - before.sent, received: now.received - before.received };
}

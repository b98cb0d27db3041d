import { z } from "zod";
import type { Remote } from "../../core/remote.js";

const links = z.array(z.looseObject({ ifname: z.string(), state: z.string() }));
const statistics = z.array(z.looseObject({ sent_pkts: z.number(), rcvd_pkts: z.number() }));

/** What a device has counted since it is there. */
export interface Packets {
  readonly sent: number;
  readonly received: number;
}

export interface LinkState {
  /** `ACTIVE`, `DOWN`, in the kernel's words; null where the machine does not tell. */
  readonly state: string | null;
  /** Null where the device does not count. */
  readonly packets: Packets | null;
}

const script = "rdma -j link show $1/1; echo; echo; rdma -j statistic show link $1/1";

/** What rdma(8) on a machine says of a device. */
export async function linkState(remote: Remote, device: string, signal?: AbortSignal): Promise<LinkState> {
  const { stdout } = await remote.exec(["sh", "-c", script, "sh", device], { ...(signal && { signal }) });
  const [link = "", counted = ""] = stdout.split("\n\n\n");
  const packets = parsed(statistics, counted)?.[0];
  return {
    state: parsed(links, link)?.find(({ ifname }) => ifname === device)?.state ?? null,
    packets: packets === undefined ? null : { sent: packets.sent_pkts, received: packets.rcvd_pkts },
  };
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

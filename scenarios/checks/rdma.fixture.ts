import type { RdmaCarried } from "../../core/event.js";

const nothing = { sent: 0, received: 0 };
const out = { sent: 69_000_000, received: 400_000 };
const back = { sent: out.received, received: out.sent };
const device = { kind: "rxe", device: "rxe0", tcpBytes: nothing } as const;

/** 64 MiB by SMB Direct, as both ends counted them. */
export const byRdma: RdmaCarried = {
  copy: "dvd",
  ends: [
    { node: "laptop", ...device, packets: { sent: 17_000, received: 900 }, rdmaBytes: out },
    { node: "nas", ...device, packets: { sent: 900, received: 17_000 }, rdmaBytes: back },
  ],
};

/** The same by TCP. */
export const byTcp: RdmaCarried = {
  copy: "dvd",
  ends: byRdma.ends.map((end) => ({ ...end, packets: nothing, rdmaBytes: nothing, tcpBytes: end.rdmaBytes })),
};

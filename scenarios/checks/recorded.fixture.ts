import type { CopyEvent } from "../../core/event.js";
import type { Observed } from "../evidence/observed.js";
import { fixture } from "../evidence/fixtures/fixture.js";

/**
 * What was seen of a recorded failover by `ctdb disable`, beyond doubt: from node1 to node2 with a persistent handle, or
 * from node3 to node1 with one that was opened anew, or from node2 to node1 with the Linux kernel's client.
 */
export async function recorded(name: "persistent" | "reopened" | "kernel" = "persistent"): Promise<Observed> {
  const { events, ctdb, capture, fault } = await fixture(name);
  const address = name === "kernel" ? "10.81.2.101" : "10.91.1.101";
  const held = (by: string) => [{ address, node: by }];
  const { name: verb, node, startedMs, doneMs } = fault;
  const after = name === "persistent" ? "node2" : "node1";
  return {
    ...{ events, ctdb, capture, faultsExpected: 1, holdersBefore: held(node), holdersAfter: held(after) },
    faults: [{ fault: verb, nodes: [node], startedMs, doneMs, serving: true, movesAddresses: true, aimed: true }],
  };
}

const LOCK = { offset: 0, length: 10 };

/** The same failover as a client that holds a file with locks would have told of it. */
export async function recordedHold(): Promise<Observed> {
  const observed = await recorded();
  const opened = observed.events.find((event) => event.type === "copy.opened");
  if (opened === undefined) throw new Error("the recorded copy never opened its file");
  const { copy, granted } = opened;
  if (granted === undefined) throw new Error("the recorded client does not tell what it was granted");
  const refused = "0xC0000055 NT_STATUS_LOCK_NOT_GRANTED";
  const ok = "0x00000000 NT_STATUS_OK";
  const events = observed.events.flatMap((event): CopyEvent[] => {
    if (event.type === "copy.lost" || event.type === "copy.resumed") return [{ ...event, verb: "hold" }];
    if (event.type === "copy.reclaim") return [{ ...event, granted }];
    if (event.type !== "copy.finished") return [event];
    return [
      { type: "copy.held", copy, clientMs: event.clientMs - 2 },
      {
        ...{ type: "copy.contended", copy, address: "10.91.1.102", open: ok, writing: ok },
        locks: [
          { ...LOCK, status: refused },
          { ...LOCK, offset: 10, status: refused },
        ],
      },
      {
        ...{ type: "copy.unlocked", copy, clientMs: event.clientMs - 1 },
        locks: [
          { ...LOCK, status: ok },
          { ...LOCK, offset: 10, status: ok },
        ],
      },
      { ...event, verb: "hold" },
    ];
  });
  return { ...observed, events };
}

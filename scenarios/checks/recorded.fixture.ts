import type { Observed } from "../evidence/observed.js";
import { fixture } from "../evidence/fixtures/fixture.js";

/** What was seen of a recorded failover from node1 to node2 by `ctdb disable`, beyond doubt. */
export async function recorded(): Promise<Observed> {
  const { events, ctdb, capture, fault } = await fixture("persistent");
  const held = (by: string) => [
    { address: "10.91.1.101", node: by },
    { address: "10.91.1.102", node: "node3" },
  ];
  const { name, node, startedMs, doneMs } = fault;
  return {
    ...{ events, ctdb, capture, faultsExpected: 1, holdersBefore: held(node), holdersAfter: held("node2") },
    faults: [{ fault: name, nodes: [node], startedMs, doneMs, serving: true, movesAddresses: true, aimed: true }],
  };
}

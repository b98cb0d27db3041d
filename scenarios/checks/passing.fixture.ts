import type { CopyRun } from "../copy-run.js";
import { PHASES } from "../evidence/phases.js";
import type { Observed } from "../evidence/observed.js";
import { byRdma } from "./rdma.fixture.js";

/** What is wanted of each check, and what it judges in a run in which it passes. */
export function passing(
  { observed, held }: { readonly observed: Observed; readonly held: Observed },
  copy: CopyRun,
): Readonly<Record<string, { readonly wanted: unknown; readonly facts: unknown }>> {
  const read = copy.result;
  const address = "10.7.0.1";
  const nodes = ["node1", "node2"];
  const state = {
    nodes: nodes.map((node, pnn) => ({ node, pnn, flags: [] })),
    addresses: [{ address, node: "node1" }],
  };
  const answers = <T>(answer: T) => new Map(nodes.map((node) => [node, { answer }]));
  return {
    failovers: { wanted: 1, facts: { observed } },
    grade: { wanted: "G4", facts: { observed, profile: "persistent" } },
    handle: { wanted: "kept", facts: { observed } },
    stall: {
      wanted: { under: 5000, phases: Object.fromEntries(PHASES.map((name) => [name, 300])) },
      facts: { observed, runtime: "docker" },
    },
    tickle: { wanted: "sent", facts: { observed } },
    lease: { wanted: "RWH", facts: { observed: held } },
    locks: { wanted: "held", facts: { observed: held } },
    content: {
      wanted: "identical",
      facts: { sizeBytes: copy.payload.sizeBytes, source: read, places: ["store"], readBacks: copy.readBacks },
    },
    rdma: { wanted: "carried", facts: { acked: 64 * 2 ** 20, carried: byRdma } },
    acknowledged: {
      wanted: "kept",
      facts: { moments: [{ when: "the end of the copy", acked: copy.payload.sizeBytes }], found: read },
    },
    opens: {
      wanted: "none",
      facts: { ended: true, sharePath: "/cluster/dvd", path: "dvd.iso", opens: answers([]) },
    },
    cluster: { wanted: "healthy", facts: { views: answers(state), nodes: 2, afterMs: 0 } },
    addresses: {
      wanted: "spread",
      facts: {
        addresses: [address],
        state,
        kernels: new Map([
          ["node1", { answer: ["10.7.0.11", address] }],
          ["node2", { answer: ["10.7.0.12"] }],
        ]),
      },
    },
    logs: {
      wanted: "clean",
      facts: { faults: [], runtime: "docker", logs: answers({ ctdbd: "", smbd: "", complete: true }) },
    },
  };
}

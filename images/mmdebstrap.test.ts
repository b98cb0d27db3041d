import { expect, it } from "vitest";
import { bootstrapHint } from "./mmdebstrap.js";

it("a kernel without a module that machines need is named, and what to do", () => {
  const output = "I: running --customize-hook\nplugfest: the kernel 6.12.1-cloud lacks rdma_rxe\nE: run_hooks failed\n";
  expect(bootstrapHint(output)).toBe(
    "the kernel 6.12.1-cloud of that suite has no module rdma_rxe: a mirror or snapshot with Debian's own kernel has it",
  );
  expect(bootstrapHint("plugfest: your kernel 6.18.0 lacks CONFIG_RDMA_RXE\n")).toBe(
    "build the kernel 6.18.0 with CONFIG_RDMA_RXE, or leave `kernel` out of the topology: then machines have Debian's",
  );
  const unsourced = "plugfest: there is no source of the kernel 6.12.1-amd64, linux-source-6.12 6.12.1-1\n";
  expect(bootstrapHint(unsourced)).toContain("a snapshot of both");
  expect(bootstrapHint("E: No space left on device")).toContain("free disk space");
});

import type { SambaBuild } from "../core/samba-build.js";
import type { NodeSpec } from "./spec.js";

/** A node with this Samba, whatever it had before. */
export function withNodeSamba(
  { name, pnn, runtime, machineBecause, memoryMiB, rdma, privateAddress, publicAddress }: NodeSpec,
  samba: string,
  build?: SambaBuild,
): NodeSpec {
  const rest = { privateAddress, publicAddress, ...(build === undefined ? {} : { build }) };
  return { name, pnn, runtime, machineBecause, memoryMiB, rdma, samba, ...rest };
}

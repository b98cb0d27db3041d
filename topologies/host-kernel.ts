import type { Rdma } from "./spec.js";

/**
 * What the kernel below the engine's containers has for them. Containers have no kernel of their own, so what takes one of
 * its modules is in a container where the host has it, and else in a virtual machine.
 */
export interface HostKernel {
  /** Why no container can mount by the kernel's own SMB client; null where one can. */
  readonly lackOfCifs: string | null;
  /** Why no container can have a device of this sort on its link; null where one can. */
  readonly lackOfRdma: Readonly<Record<Rdma, string | null>>;
}

/** A host whose kernel has nothing for containers, and why. */
export function withoutKernel(why: string): HostKernel {
  return { lackOfCifs: why, lackOfRdma: { rxe: why, siw: why } };
}

/** Nobody looked at it. */
export const unknownHost = withoutKernel("nobody looked what the kernel of the containers has");

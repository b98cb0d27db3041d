/**
 * What the kernel below the engine's containers has for them. Containers have no kernel of their own, so what takes one of
 * its modules is in a container where the host has it, and else in a virtual machine.
 */
export interface HostKernel {
  /** Why no container can mount by the kernel's own SMB client; null where one can. */
  readonly lackOfCifs: string | null;
}

/** Nobody looked at it. */
export const unknownHost: HostKernel = { lackOfCifs: "nobody looked whether the kernel of the containers has cifs" };

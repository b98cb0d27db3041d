import type { HostKernel } from "./host-kernel.js";
import type { TopologyFile } from "./schema.js";
import type { Rdma, Runtime } from "./spec.js";

/** The device for RDMA that a client's or server's link is to have; Windows has none in software. */
export function rdmaOf(
  { kind, rdma }: Pick<TopologyFile["clients"][string], "rdma"> & { readonly kind: string },
  { networks }: Pick<TopologyFile, "networks">,
): Rdma | undefined {
  return kind === "windows" ? undefined : onLink(rdma, networks.public.rdma);
}

/** The devices for RDMA that each node's links are to have, by their networks. */
export function nodeRdmaOf({
  cluster: { rdma },
  networks,
}: Pick<TopologyFile, "networks"> & {
  readonly cluster: Pick<NonNullable<TopologyFile["cluster"]>, "rdma">;
}): Readonly<Record<"private" | "public", Rdma | undefined>> {
  return {
    private: onLink(rdma.private, networks.private.rdma),
    public: onLink(rdma.public, networks.public.rdma),
  };
}

/** What is said of a link goes before what is said of its network. */
function onLink(own: Rdma | "none" | undefined, network: Rdma | undefined): Rdma | undefined {
  return own === "none" ? undefined : (own ?? network);
}

/** Whether a link is to have a device that no container of this host can have. */
export function takesMachine(rdma: Rdma | undefined, { lackOfRdma }: HostKernel): rdma is Rdma {
  return rdma !== undefined && lackOfRdma[rdma] !== null;
}

/** Of the devices that a link is to have, what it has by what its machine is made of; a host has those that it has. */
export function deviceOn(runtime: Runtime, rdma: Rdma | undefined, host: HostKernel): Rdma | undefined {
  if (rdma === undefined || runtime === "ssh") return undefined;
  return runtime === "docker" && takesMachine(rdma, host) ? undefined : rdma;
}

/** A link that may make a virtual machine of what is at its end. */
interface Link {
  readonly network: string;
  /** The device that it is to have. */
  readonly rdma: Rdma | undefined;
  /** Whether that is said of the link itself. */
  readonly isOwn: boolean;
  /** Of what is at its end, where the topology says it. */
  readonly memory: number | undefined;
}

/** Why a link makes a virtual machine of what is at its end; undefined where it does not. */
export function whyMachineOn(
  { network, rdma, isOwn, memory }: Link,
  { host, kernel }: Pick<TopologyFile, "host" | "kernel">,
): string | undefined {
  if (rdma === undefined) return undefined;
  const why =
    host.lackOfRdma[rdma] ??
    (kernel !== undefined ? "a container has the host's kernel, and not the topology's" : undefined) ??
    (memory !== undefined ? "a container has no memory of its own" : undefined);
  return why && `${isOwn ? "the link to " : ""}network ${network} has RDMA (${rdma}): ${why}`;
}

/**
 * What a machine's device is called. Devices of containers are all in one kernel, and none may be called like another: theirs
 * have the names of machine and lab in them.
 */
export function deviceName(kind: Rdma, index: number, of: { runtime: Runtime; node: string; lab: string }): string {
  const own = `${kind}${String(index)}`;
  return of.runtime === "docker" ? `${own}.${of.node}.${of.lab}` : own;
}

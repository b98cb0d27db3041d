import { type HostKernel, withoutKernel } from "../../topologies/host-kernel.js";
import { namedEngine } from "../docker/engine-location.js";
import { hasOption, readIfThere, type ReadFile } from "./kernel.js";

/** What containers of the engine that labs will run on have of its kernel. */
export function hostBelow(env: NodeJS.ProcessEnv): HostKernel {
  const location = namedEngine(env)?.location;
  if (location === undefined) return hostKernel();
  if (!("socketPath" in location))
    return withoutKernel("the engine is on another machine, whose kernel nobody looks at");
  // Of rootless engines: mount(2) and RDMA's netlink take rights in the initial user namespace.
  if (location.socketPath.startsWith("/run/user/")) {
    return withoutKernel("the containers of a user's own engine may not use the kernel's modules");
  }
  return hostKernel();
}

/** What containers have of this host's kernel. Nothing is loaded for it: Linux loads what it is asked for. */
export function hostKernel(read: ReadFile = readIfThere): HostKernel {
  const release = read("/proc/sys/kernel/osrelease")?.toString().trim();
  if (release === undefined) return withoutKernel("this host is no Linux");
  const kernel = `this host's kernel, ${release},`;
  const hasCifs = read("/proc/filesystems")?.includes("\tcifs\n") === true || hasOption("CIFS", "cifs", read) === true;
  return {
    lackOfCifs: hasCifs ? null : `${kernel} has no cifs`,
    lackOfRdma: {
      rxe: lackOfRxe(kernel, release, read),
      siw: "soft-iWARP (siw) is for virtual machines, whose kernel plugfest compiles it for",
    },
  };
}

/** Soft-RoCE of earlier kernels listens in the initial network namespace alone; 7.2's is the first seen that does not. */
const namespacesSince = [7, 2] as const;

function lackOfRxe(kernel: string, release: string, read: ReadFile): string | null {
  if (hasOption("RDMA_RXE", "rdma_rxe", read) !== true) return `${kernel} has no soft-RoCE (rdma_rxe)`;
  const [major = 0, minor = 0] = release.split(".").map((part) => parseInt(part, 10));
  if (major < namespacesSince[0] || (major === namespacesSince[0] && minor < namespacesSince[1])) {
    return `the soft-RoCE of ${kernel} does not reach containers: that takes Linux ${namespacesSince.join(".")}`;
  }
  // `rdma system set netns exclusive` (rdma-system(8)).
  const isExclusive = read("/sys/module/ib_core/parameters/netns_mode")?.toString().startsWith("N") === true;
  return isExclusive ? `${kernel} gives containers no RDMA device: \`rdma system\` says netns exclusive` : null;
}

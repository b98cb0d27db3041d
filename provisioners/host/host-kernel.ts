import type { HostKernel } from "../../topologies/host-kernel.js";
import { namedEngine } from "../docker/engine-location.js";
import { hasOption, readIfThere, type ReadFile } from "./kernel.js";

/** What containers of the engine that labs will run on have of its kernel. */
export function hostBelow(env: NodeJS.ProcessEnv): HostKernel {
  const location = namedEngine(env)?.location;
  if (location === undefined) return hostKernel();
  if (!("socketPath" in location))
    return { lackOfCifs: "the engine is on another machine, whose kernel nobody looks at" };
  // Of rootless engines: mount(2) takes a right in the initial user namespace.
  if (location.socketPath.startsWith("/run/user/"))
    return { lackOfCifs: "a user's engine may not mount by the kernel's client" };
  return hostKernel();
}

/** What containers have of this host's kernel. Nothing is loaded for it: Linux loads a file system when it is mounted. */
export function hostKernel(read: ReadFile = readIfThere): HostKernel {
  const isThere = read("/proc/filesystems")?.includes("\tcifs\n") === true || hasOption("CIFS", "cifs", read) === true;
  const release = read("/proc/sys/kernel/osrelease")?.toString().trim();
  const lacking = release === undefined ? "this host is no Linux" : `this host's kernel, ${release}, has no cifs`;
  return { lackOfCifs: isThere ? null : lacking };
}

import { isLocal, namedEngine } from "../provisioners/docker/engine-location.js";
import { hostBelow } from "../provisioners/host/host-kernel.js";
import { kernelFacts } from "../provisioners/host/kernel.js";
import type { KernelFacts } from "../provisioners/host/kernel.js";
import type { HostKernel } from "../topologies/host-kernel.js";

/** The kernel that labs will run on, as far as it can be told before an engine is asked. */
export function kernelBelow(env: NodeJS.ProcessEnv): KernelFacts {
  const named = namedEngine(env);
  return kernelFacts(named === undefined || isLocal(named.location));
}

/** Both, where many labs are read. */
export function labsBelow(env: NodeJS.ProcessEnv): { readonly kernel: KernelFacts; readonly host: HostKernel } {
  return { kernel: kernelBelow(env), host: hostBelow(env) };
}

import { isLocal, namedEngine } from "../provisioners/docker/engine-location.js";
import { kernelFacts } from "../provisioners/host/kernel.js";
import type { KernelFacts } from "../provisioners/host/kernel.js";

/** The kernel that labs will run on, as far as it can be told before an engine is asked. */
export function kernelBelow(env: NodeJS.ProcessEnv): KernelFacts {
  const named = namedEngine(env);
  return kernelFacts(named === undefined || isLocal(named.location));
}

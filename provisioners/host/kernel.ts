import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** What the kernel below a lab's machines can do; undefined where it is not known. */
export interface KernelFacts {
  /** Delays, loses and damages packets (tc-netem(8)). */
  readonly netem: boolean | undefined;
}

/** Files that tell, or undefined for one that is not there. */
export type ReadFile = (path: string) => Buffer | undefined;

/** Asks this host's kernel without doing anything to it. An engine on another machine has another kernel. */
export function kernelFacts(isLocal: boolean, read: ReadFile = readIfThere): KernelFacts {
  return { netem: isLocal ? hasOption("NET_SCH_NETEM", "sch_netem", read) : undefined };
}

/**
 * An option that is built in is there. One that is a module is there if the module is. A kernel that does not show its
 * configuration may show its modules.
 */
export function hasOption(option: string, module: string, read: ReadFile): boolean | undefined {
  const release = read("/proc/sys/kernel/osrelease")?.toString().trim() ?? "";
  const compressed = read("/proc/config.gz");
  const config = compressed === undefined ? read(`/boot/config-${release}`) : gunzipSync(compressed);
  const set = config && (new RegExp(`^CONFIG_${option}=([ym])$`, "m").exec(config.toString())?.[1] ?? "n");
  if (set === "y") return true;
  if (set === "n") return false;
  const [modules, builtIn] = ["modules.dep", "modules.builtin"].map((name) => read(`/lib/modules/${release}/${name}`));
  if (modules === undefined && builtIn === undefined) return undefined;
  return [modules, builtIn].some((list) => list?.includes(`/${module}.ko`) === true);
}

export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

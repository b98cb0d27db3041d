import { existsSync, readFileSync, statfsSync } from "node:fs";
import { totalmem } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import type { Clock } from "../../core/clock.js";
import { deadline } from "../../core/clock.js";
import { failureOf, type Failure } from "../../core/errors.js";
import { hostBelow } from "./host-kernel.js";
import { type KernelFacts, kernelFacts } from "./kernel.js";
import { findEngine } from "../docker/engine.js";
import { knownAccelerator, qemuVersion } from "../qemu/accelerator.js";
import type { Accelerator } from "../qemu/command-line.js";
import { lackOfKvm } from "../qemu/kvm.js";
import { type LackOfRights, lackOfTaps } from "../qemu/machine-rights.js";
import type { HostKernel } from "../../topologies/host-kernel.js";

/** What the checks ask of this machine; tests answer in its place. */
export interface HostProbes {
  readonly nodeVersion: string;
  readonly isRoot: boolean;
  /** os-release(5), empty where there is none. */
  readonly osRelease: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
  hasProgram(name: string): boolean;
  /** The first line of what QEMU says of its version, empty where there is none. */
  qemuVersion(): Promise<string>;
  hasDevice(path: string): boolean;
  /** Why this process cannot put virtual machines on networks, or undefined. */
  lackOfTaps(): LackOfRights | undefined;
  /** Why this process cannot even try KVM, or undefined. */
  lackOfKvm(): string | undefined;
  /** What came of it when KVM was tried, or undefined. */
  knownAccelerator(): Promise<Accelerator | undefined>;
  /** Bytes free for this user on the file system that holds the folder or will. */
  freeBytes(folder: string): number;
  /** Whether the kernel makes this sort of network device; undefined when this user may not try. */
  makesDevice(kind: "bridge" | "veth"): Promise<boolean | undefined>;
  knowsFileSystem(name: string): boolean;
  readonly kernel: KernelFacts;
  /** What containers have of this kernel. */
  readonly host: HostKernel;
  registryAnswers(): Promise<boolean>;
  engine(): Promise<FoundEngine | Failure>;
}

export interface FoundEngine {
  readonly title: string;
  readonly version: string;
  /** False for an engine on another machine: this kernel is not its kernel then. */
  readonly isLocal: boolean;
}

export interface HostProbeOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly stateFolder: string;
  /** Whether looking for an engine may start plugfest's own: to set a host up, but not to look at it. */
  readonly mayStart: boolean;
}

export function hostProbes(options: HostProbeOptions): HostProbes {
  const { env } = options;
  const isRoot = process.getuid?.() === 0;
  return {
    nodeVersion: process.versions.node,
    isRoot,
    osRelease: readOsRelease(),
    memoryBytes: totalmem(),
    hasProgram: (name) => hasProgram(name, env),
    qemuVersion,
    hasDevice: existsSync,
    lackOfTaps,
    lackOfKvm,
    knownAccelerator: () => knownAccelerator(options.stateFolder),
    freeBytes: (folder) => {
      const { bavail, bsize } = statfsSync(existingParent(folder));
      return bavail * bsize;
    },
    makesDevice: async (kind) => {
      // In a network namespace that ends with the command, so that the machine's own devices stay as they are.
      const inNamespace = async (...argv: string[]) =>
        (await execa("unshare", ["--net", ...argv], { reject: false, stdin: "ignore" })).exitCode === 0;
      if (!(await inNamespace("true"))) return undefined;
      return inNamespace("ip", "link", "add", "pf-probe", "type", kind);
    },
    knowsFileSystem: (name) => readText("/proc/filesystems").includes(`\t${name}\n`) || hasModule(name),
    kernel: kernelFacts(true),
    host: hostBelow(env),
    registryAnswers: async () => {
      try {
        await fetch("https://registry-1.docker.io/v2/", { signal: deadline(5000) });
        return true;
      } catch {
        return false;
      }
    },
    engine: async () => {
      try {
        const { title, version, location } = await findEngine(options);
        return { title, version, isLocal: "socketPath" in location };
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

function readOsRelease(): Record<string, string> {
  const lines = readText("/etc/os-release").matchAll(/^([A-Z_]+)="?([^"\n]*)"?$/gm);
  return Object.fromEntries([...lines].map(([, name = "", value = ""]) => [name, value]));
}

/** Programs of the system live where a plain user's PATH does not lead. */
function hasProgram(name: string, env: NodeJS.ProcessEnv): boolean {
  const folders = [...(env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => existsSync(join(folder, name)));
}

/** A file system the kernel would load on demand. */
function hasModule(name: string): boolean {
  const release = readText("/proc/sys/kernel/osrelease").trim();
  return readText(`/lib/modules/${release}/modules.dep`).includes(`/${name}.ko`);
}

function existingParent(folder: string): string {
  return existsSync(folder) ? folder : existingParent(dirname(folder));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

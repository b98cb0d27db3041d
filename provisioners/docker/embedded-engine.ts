import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import type { Clock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import { withLock } from "../../core/lock.js";
import { poll } from "../../core/poll.js";
import { allowBridgedTraffic } from "./bridge-rule.js";
import { askVersion, type EngineVersion } from "./engine-version.js";
import { daemonConfig, engineFiles, type EngineFiles } from "./engine-files.js";
import { processesOf, sendSignal } from "../processes.js";

export interface EmbeddedOptions {
  readonly stateFolder: string;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

export type EmbeddedStatus =
  | { readonly state: "running"; readonly files: EngineFiles; readonly pid: number; readonly version: EngineVersion }
  /** `pids` are what a killed engine left: containerd and the parents of containers. */
  | { readonly state: "stopped"; readonly files: EngineFiles; readonly pids: readonly number[] };

const readyWithinMs = 60_000;

export async function embeddedStatus(stateFolder: string): Promise<EmbeddedStatus> {
  const files = engineFiles(stateFolder);
  const version = await askVersion({ socketPath: files.socketPath });
  const pid = daemonPid(files);
  if (version !== undefined && pid !== undefined) return { state: "running", files, pid, version };
  return { state: "stopped", files, pids: containerPids(files) };
}

/** Starts plugfest's own engine unless it runs. It outlives this process: the next command finds it running. */
export async function startEmbeddedEngine(options: EmbeddedOptions): Promise<{ files: EngineFiles; started: boolean }> {
  const { stateFolder, clock, signal } = options;
  const files = engineFiles(stateFolder);
  const started = await withLock(files.folder, { ...(signal && { signal }) }, async () => {
    if ((await embeddedStatus(stateFolder)).state === "running") return false;
    const dockerd = requirements(options.env);
    await settle(files, clock, signal);
    prepare(files);
    await makeDefaultBridge(files);
    try {
      await launch(dockerd, files, options.env, clock, signal);
    } catch (error) {
      await removeDefaultBridge(files);
      throw error;
    }
    return true;
  });
  await allowBridgedTraffic(files.ruleComment);
  return { files, started };
}

/** dockerd's path, or a ToolError that says what this host lacks. */
function requirements(env: NodeJS.ProcessEnv): string {
  if (process.getuid?.() !== 0) {
    throw new ToolError({
      code: "engine/not-root",
      message: "plugfest's embedded engine needs root",
      hint: "run as root, or start a Docker engine that you may use and name it in DOCKER_HOST",
    });
  }
  const dockerd = findDockerd(env);
  if (dockerd === undefined) {
    throw new ToolError({
      code: "engine/no-dockerd",
      message: "no Docker engine answers, and dockerd is not installed",
      hint: "`plugfest doctor --fix` installs it on Debian and Ubuntu (package docker.io); elsewhere install Docker",
    });
  }
  if (!existsSync("/sys/fs/cgroup/cgroup.controllers") && !existsSync("/sys/fs/cgroup/devices")) {
    throw new ToolError({
      code: "engine/no-cgroups",
      message: "dockerd needs control groups, and none are mounted at /sys/fs/cgroup",
      hint: "mount -t cgroup2 none /sys/fs/cgroup, or run where an init system has done so",
    });
  }
  return dockerd;
}

/** dockerd lives in /usr/sbin, which is not in every root's PATH. */
export function findDockerd(env: NodeJS.ProcessEnv): string | undefined {
  const folders = [...(env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, "dockerd")).find((path) => existsSync(path));
}

/**
 * A containerd dies with its dockerd, but not at once. A dockerd that finds it still there relies on it, and gives up a
 * quarter of a minute later.
 */
async function settle(files: EngineFiles, clock: Clock, signal?: AbortSignal): Promise<void> {
  const config = join(files.runFolder, "exec", "containerd", "containerd.toml");
  const gone = () => Promise.resolve(processesOf("containerd", config).length === 0 ? true : undefined);
  const options = { clock, everyMs: 20, ...(signal && { signal }) };
  if (await poll(gone, { ...options, withinMs: 3000 })) return;
  for (const pid of processesOf("containerd", config)) sendSignal(pid, "SIGKILL");
  await poll(gone, { ...options, withinMs: 3000 });
}

/** Configuration, folders, and a clean slate after a reboot or a kill: stale pid files may name strangers by now. */
function prepare(files: EngineFiles): void {
  for (const folder of [files.folder, files.dataRoot, files.runFolder])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(files.configPath, daemonConfig(files), { mode: 0o600 });
  if (daemonPid(files) === undefined) {
    const containerdPid = join(files.runFolder, "exec", "containerd", "containerd.pid");
    for (const path of [files.pidPath, containerdPid, files.socketPath]) rmSync(path, { force: true });
  }
  if (existsSync(files.logPath)) renameSync(files.logPath, `${files.logPath}.1`);
}

/** dockerd takes a bridge that is not called docker0 only when it exists, with an address. */
async function makeDefaultBridge({ bridge }: EngineFiles): Promise<void> {
  await execa("ip", ["link", "add", bridge.name, "type", "bridge"], { reject: false, stdin: "ignore" });
  const made = await execa("ip", ["address", "replace", bridge.address, "dev", bridge.name], {
    reject: false,
    stdin: "ignore",
  });
  if (!made.failed) return;
  throw new ToolError({
    code: "engine/no-bridge",
    message: `the bridge ${bridge.name} for plugfest's embedded engine could not be made`,
    command: made.command,
    ...(made.exitCode !== undefined && { exit: made.exitCode }),
    stderrTail: made.stderr,
    hint: "the engine needs the `ip` command (Debian package iproute2) and a kernel with bridges (modprobe bridge)",
  });
}

export async function removeDefaultBridge({ bridge }: EngineFiles): Promise<void> {
  await execa("ip", ["link", "delete", bridge.name], { reject: false, stdin: "ignore" });
}

export function daemonPid(files: EngineFiles): number | undefined {
  return processesOf("dockerd", files.configPath)[0];
}

/** containerd and the parents of containers, which outlive a dockerd that is killed. */
export function containerPids(files: EngineFiles): number[] {
  return processesOf("containerd", `${files.runFolder}/`);
}

async function launch(dockerd: string, files: EngineFiles, env: NodeJS.ProcessEnv, clock: Clock, signal?: AbortSignal) {
  const log = openSync(files.logPath, "a", 0o600);
  // A session of its own: the engine must survive the terminal, Ctrl-C and plugfest itself.
  const child = spawn(dockerd, ["--config-file", files.configPath], {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: "/",
    env: { ...env, DOCKER_HOST: undefined },
  });
  closeSync(log);
  let ended: string | undefined;
  child.once("error", (error) => (ended = error.message));
  child.once("exit", (code, signalName) => (ended = signalName ?? `exit code ${String(code)}`));
  child.unref();
  try {
    const version = await poll(
      async () => (ended === undefined ? askVersion({ socketPath: files.socketPath }) : ("ended" as const)),
      { clock, everyMs: 50, withinMs: readyWithinMs, ...(signal && { signal }) },
    );
    if (version === undefined || version === "ended") throw notReady(files, ended);
  } catch (error) {
    if (child.pid !== undefined && ended === undefined) sendSignal(child.pid, "SIGTERM");
    throw error;
  }
}

function notReady(files: EngineFiles, ended: string | undefined): ToolError {
  const tail = readFileSync(files.logPath, "utf8").trimEnd().split("\n").slice(-12).join("\n");
  const happened = ended === undefined ? `did not answer within ${String(readyWithinMs / 1000)} s` : `ended (${ended})`;
  return new ToolError({
    code: "engine/not-ready",
    message: `plugfest's embedded engine ${happened}`,
    command: `dockerd --config-file ${files.configPath}`,
    stderrTail: tail,
    logPath: files.logPath,
    hint: "the log's last lines usually name what dockerd misses; or name another engine in DOCKER_HOST",
  });
}

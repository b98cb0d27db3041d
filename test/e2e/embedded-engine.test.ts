import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../core/clock.js";
import { poll } from "../../core/poll.js";
import { bridgePrefix } from "../../provisioners/docker/bridge-rule.js";
import { embeddedStatus, findDockerd, startEmbeddedEngine } from "../../provisioners/docker/embedded-engine.js";
import { engineFiles } from "../../provisioners/docker/engine-files.js";
import { processesOf, sendSignal } from "../../provisioners/processes.js";
import { stopEmbeddedEngine } from "../../provisioners/docker/stop-engine.js";
import { noEmbeddedEngine } from "../support/engine.js";

const reason = noEmbeddedEngine();
if (reason !== undefined) console.log(`embedded engine: skipped, for ${reason}`);

const clock = systemClock;
let stateFolder: string;
let options: Parameters<typeof startEmbeddedEngine>[0];

beforeEach(() => {
  stateFolder = mkdtempSync("/tmp/pfe-");
  options = { stateFolder, clock, env: process.env };
});

afterEach(async () => {
  await stopEmbeddedEngine(options);
  expect(await bridges()).not.toContain(engineFiles(stateFolder).bridge.name);
  rmSync(stateFolder, { recursive: true });
});

/** Puts a program before dockerd in the search path. */
function withDockerd(script: string): NodeJS.ProcessEnv {
  const programs = join(stateFolder, "bin");
  mkdirSync(programs);
  writeFileSync(join(programs, "dockerd"), script, { mode: 0o755 });
  return { ...process.env, PATH: `${programs}:${process.env["PATH"] ?? ""}` };
}

async function bridges(): Promise<string[]> {
  const { stdout } = await execa("ip", ["-o", "link", "show", "type", "bridge"]);
  return [...stdout.matchAll(/^\d+: ([^:@]+)/gm)].flatMap(([, name = ""]) =>
    name.startsWith(bridgePrefix) ? [name] : [],
  );
}

/** Everything of this engine that lives in the machine outside of its folder. */
async function traces(): Promise<string[]> {
  const files = engineFiles(stateFolder);
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const rules = (await execa("iptables-save", { reject: false })).stdout.split("\n");
  return [
    ...["dockerd", "containerd"].flatMap((program) => processesOf(program, stateFolder)).map(String),
    ...mounts.filter((line) => line.includes(stateFolder)),
    ...rules.filter((line) => line.includes(files.ruleComment)),
    ...(await bridges()).filter((name) => name === bridge || name === files.bridge.name),
  ];
}

const bridge = `${bridgePrefix}e2e-stop`;

/** A container that sleeps on an internal network: the least that leaves processes, mounts and a bridge. */
async function runSleeper(): Promise<void> {
  const docker = new Docker({ socketPath: engineFiles(stateFolder).socketPath });
  const { stdout } = await execa("ldd", ["/bin/sleep"]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
  const tar = join(stateFolder, "sleep.tar");
  await execa("tar", ["--create", "--dereference", "--file", tar, "/bin/sleep", ...libraries], { stderr: "ignore" });
  const imported = await docker.importImage(tar, { repo: "sleeper", tag: "e2e" });
  await new Promise((resolve, reject) => {
    docker.modem.followProgress(imported, (error, output) => {
      if (error) reject(error);
      else resolve(output);
    });
  });
  await docker.createNetwork({
    Name: "e2e",
    Internal: true,
    IPAM: { Driver: "default", Config: [{ Subnet: "10.213.77.0/24" }] },
    Options: { "com.docker.network.bridge.name": bridge },
  });
  const container = await docker.createContainer({
    Image: "sleeper:e2e",
    Cmd: ["/bin/sleep", "1000"],
    StopTimeout: 1,
    HostConfig: { NetworkMode: "e2e" },
  });
  await container.start();
}

async function killDaemon(): Promise<void> {
  const status = await embeddedStatus(stateFolder);
  if (status.state !== "running") throw new Error("the engine does not run");
  sendSignal(status.pid, "SIGKILL");
  const gone = () => Promise.resolve(processesOf("dockerd", stateFolder).length === 0 ? true : undefined);
  expect(await poll(gone, { clock, everyMs: 20, withinMs: 5000 })).toBe(true);
}

describe.skipIf(reason !== undefined)("plugfest's embedded engine", () => {
  it("starts once however many ask, and answers", async () => {
    const starts = await Promise.all([startEmbeddedEngine(options), startEmbeddedEngine(options)]);
    expect(starts.map(({ started }) => started).sort()).toEqual([false, true]);
    expect(await embeddedStatus(stateFolder)).toMatchObject({ state: "running" });
    expect(processesOf("dockerd", stateFolder)).toHaveLength(1);
  });

  it("leaves the bridge and the rules of other engines as they are", async () => {
    // In a network namespace with another engine's bridge, and the rule that isolates one of its internal networks.
    const rule = "DOCKER-ISOLATION-STAGE-1 -s 10.213.78.0/24 -j DROP";
    const own = engineFiles(stateFolder).bridge;
    const others = [
      "ip link add docker0 type bridge",
      `ip link add ${own.name} type bridge && ip address add ${own.address} dev ${own.name}`,
      `iptables -N DOCKER-ISOLATION-STAGE-1 && iptables -A ${rule}`,
      `exec ${findDockerd(process.env) ?? ""} "$@"`,
    ].join(" && ");
    const env = withDockerd(`#!/bin/sh\nexec unshare --net sh -c '${others}' dockerd "$@"\n`);
    const { files } = await startEmbeddedEngine({ ...options, env });
    const [pid] = processesOf("dockerd", files.configPath);
    const rules = await execa("nsenter", [`--net=/proc/${String(pid)}/ns/net`, "iptables-save"]);
    const added = rules.stdout.split("\n").filter((line) => line.startsWith("-A"));
    expect(added).toEqual([`-A ${rule}`]);
    const links = await execa("nsenter", [`--net=/proc/${String(pid)}/ns/net`, "ip", "-br", "link"]);
    expect(links.stdout).toMatch(/^docker0 /m);
  });

  it("leaves no process, mount, bridge or rule when it is stopped while a container runs", async () => {
    await startEmbeddedEngine(options);
    await runSleeper();
    expect(await bridges()).toContain(bridge);
    expect((await traces()).length).toBeGreaterThan(2);
    expect(await stopEmbeddedEngine(options)).toBe(true);
    expect(await traces()).toEqual([]);
    expect(await stopEmbeddedEngine(options)).toBe(false);
  });

  it("is found and cleaned up after it was killed with a container running", async () => {
    await startEmbeddedEngine(options);
    await runSleeper();
    await killDaemon();
    const killed = await embeddedStatus(stateFolder);
    expect(killed.state === "stopped" && killed.pids.length).toBeGreaterThan(0);
    expect(await stopEmbeddedEngine(options)).toBe(true);
    expect(await traces()).toEqual([]);
  });

  it("starts again after a kill, with what it had", async () => {
    await startEmbeddedEngine(options);
    await runSleeper();
    await killDaemon();
    expect((await startEmbeddedEngine(options)).started).toBe(true);
    const docker = new Docker({ socketPath: engineFiles(stateFolder).socketPath });
    expect((await docker.listContainers({ all: true })).map(({ Image }) => Image)).toEqual(["sleeper:e2e"]);
  });

  it("starts over pid files that now name a stranger, and over a dead socket, as after a reboot", async () => {
    const files = engineFiles(stateFolder);
    const containerd = join(files.runFolder, "exec", "containerd");
    mkdirSync(containerd, { recursive: true });
    writeFileSync(files.pidPath, String(process.pid));
    writeFileSync(join(containerd, "containerd.pid"), String(process.pid));
    writeFileSync(files.socketPath, "");
    expect((await startEmbeddedEngine(options)).started).toBe(true);
  });

  it("says what its log said when it does not come up", async () => {
    const env = withDockerd("#!/bin/sh\necho no devices cgroup here >&2\nexit 1\n");
    await expect(startEmbeddedEngine({ ...options, env })).rejects.toMatchObject({
      failure: {
        code: "engine/not-ready",
        message: expect.stringContaining("exit code 1") as string,
        stderrTail: expect.stringContaining("no devices cgroup here") as string,
        logPath: engineFiles(stateFolder).logPath,
      },
    });
  });
});

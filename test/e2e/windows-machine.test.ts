import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Event } from "../../core/event.js";
import { readEvents } from "../../core/event-log.js";
import { stateFolder } from "../../core/paths.js";
import { processesOf } from "../../provisioners/processes.js";
import { makeKeyPair } from "../../provisioners/qemu/key-pair.js";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { folder, plugfest } from "../support/plugfest.js";
import { startPlugfest } from "../support/started.js";
import { lackingForMedia } from "../support/uefi-medium.js";
import { windowsGuest } from "../support/windows-guest.js";

const engine = await engineOrSkip();
const lacking = lackingForMedia();
if (lacking.length > 0) console.warn(`skipped: ${lacking.join(", ")} are not installed`);
const lab = "redmond-windows";

describe.skipIf(engine === undefined || lacking.length > 0 || !isFull)("a client in a machine with Windows", () => {
  const key = makeKeyPair();
  const place = folder({ key: key.privateKey });
  // Of its own: the image is to be there for nobody else.
  const state = join(place.path, "state");
  const env = {
    PLUGFEST_STATE: state,
    ...(engine !== undefined &&
      "socketPath" in engine.location && { DOCKER_HOST: `unix://${engine.location.socketPath}` }),
  };
  const run = (...args: string[]) => plugfest(args, { cwd: place.path, env });
  const inside = async (...argv: string[]) => (await run("exec", lab, "laptop", "--", ...argv)).stdout;
  let disk: string;
  beforeAll(async () => {
    disk = await windowsGuest(place.path, stateFolder(process.env), key.publicKey);
  }, 600_000);
  afterAll(async () => {
    await run("down", lab);
    place[Symbol.dispose]();
  });

  test("is not made where no Windows was added, and what adds one is said", async () => {
    expect((await run("plan", lab)).stdout).toContain("laptop: no Windows was added yet");
    const up = await run("up", lab);
    expect(up.exit).toBe(2);
    expect(up.stderr).toContain("plugfest images add windows --iso");
  });

  test("starts from a disk with OpenSSH, which is prepared once", async () => {
    const args = ["images", "add", "windows", "--qcow2", disk, "--key", "key", "--memory", "1GiB", "--user", "pat"];
    const added = await run(...args, "--name", "stand-in");
    expect(added.exit, added.stdout + added.stderr).toBe(0);
    expect((await run("images", "ls")).stdout).toMatch(
      /plugfest\/windows:\w+ .* yes, as stand-in and without a name \(Microsoft Windows 11 Enterprise/,
    );
  });

  test("gets its name, addresses and keys at its start, and the shipped topology rides through the failover of the shipped scenario, with grade and handle from its tap", async () => {
    const up = await run("up", lab);
    expect(up.exit, up.stdout + up.stderr).toBe(0);
    const log = (await run("logs", lab, "laptop")).stdout;
    expect(log).toContain("its name is to be laptop");
    expect(log).toContain("10.77.52.201 on eth0");
    expect(await inside("ip", "-br", "address", "show", "eth1")).toContain("192.0.2.15/24");
    expect((await run("plan", lab)).stdout).toContain("0 to create");
    const ran = await run(...["run", "redmond-failover", "--topology", lab, "--size", "64MiB", "--runs", "runs"]);
    expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(/dvd: grade: G4: DH2C answered with success by node\d .*; wire\)/);
    expect(ran.stdout).toMatch(/dvd: connected to 10\.77\.52\.10\d \(3\.1\.1, signed, Windows 10\.0\.26100\)/);
    const events = readEvents(join(place.path, "runs/redmond-failover/latest/events.jsonl"));
    expect(events.find(({ type }) => type === "copy.connected")).toMatchObject({ kernel: "Windows 10.0.26100" });
    expect(events.find(({ type }) => type === "versions")).toMatchObject({
      versions: { "laptop windows": expect.stringContaining("Windows 11") as string },
    });
  });

  test("whose cable a killed run left cut has it plugged in by the next `up`", async () => {
    const steps = `steps:\n  - cut: laptop/public\n  - exec: { on: node1, run: "sleep 600" }\n`;
    writeFileSync(join(place.path, "left.yaml"), `name: left\ntopology: ${lab}\n${steps}`);
    const running = startPlugfest(["run", "./left.yaml"], place.path, env);
    // The next step: the cable is out.
    await running.until((event: Event) => event.type === "step.started" && event.title.startsWith("exec on node1"));
    running.kill("SIGKILL");
    await running.ended;
    const ping = ["busybox", "ping", "-c", "1", "-W", "2", "10.77.52.11"];
    expect((await run("exec", lab, "laptop", "--", ...ping)).exit).toBe(1);
    const up = await run("up", lab);
    expect(up.exit, up.stdout + up.stderr).toBe(0);
    expect((await run("exec", lab, "laptop", "--", ...ping)).exit).toBe(0);
  });

  test("keeps a snapshot and goes back to it, and goes with its lab", async () => {
    await inside("touch", "/root/before");
    expect((await run("snapshot", lab, "laptop", "kept")).exit).toBe(0);
    await inside("touch", "/root/after");
    expect((await run("restore", lab, "laptop", "kept")).exit).toBe(0);
    expect(await inside("ls", "/root")).toBe("before");
    expect((await run("down", lab)).exit).toBe(0);
    expect(processesOf("qemu-system", `plugfest-${lab}-`)).toEqual([]);
    expect(readdirSync(join(state, "machines"))).toEqual([]);
  });
});

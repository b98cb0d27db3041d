import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { execa, execaSync } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../core/clock.js";
import { stateFolder } from "../../core/paths.js";
import { poll } from "../../core/poll.js";
import { machineRecipe } from "../../images/machine-recipe.js";
import { findMachineImage, machineImageFolder } from "../../images/machine-store.js";
import { engineClient } from "../../provisioners/docker/client.js";
import { makeKeyPair } from "../../provisioners/qemu/key-pair.js";
import { engineOrSkip } from "../support/engine.js";
import { isFull } from "../support/full.js";
import { folder, plugfest, type Ran } from "../support/plugfest.js";
import { objectsOf } from "../support/small-lab.js";

const engine = await engineOrSkip();
const location = engine?.location ?? { socketPath: "/nonexistent" };
const docker = engineClient(location);
const state = stateFolder(process.env);
const lab = "e2e-vm-bad";

/** A machine and nothing else. */
const topology = `name: ${lab}
networks: { public: { subnet: 10.91.86.0/24 } }
clients:
  laptop: { kind: smb3, runtime: qemu, memory: 320MiB }
`;

/** An error of the environment: said in words, with what to do, and no stack. */
function expectTestbedError(ran: Ran, message: string | RegExp, hint: string | RegExp): void {
  expect(ran.stderr + ran.stdout).toMatch(message);
  expect(ran.stderr + ran.stdout).toMatch(hint);
  expect(ran.stderr).not.toContain("a bug of its own");
  expect(ran.exit).toBe(2);
}

describe.skipIf(engine === undefined)("virtual machines on a host without QEMU", () => {
  test("are refused before anything is built or made", async () => {
    using files = folder({ "lab.yaml": topology });
    const programs = join(files.path, "bin");
    mkdirSync(programs);
    for (const path of ["/usr/bin", "/usr/sbin"]) {
      for (const name of readdirSync(path).filter((one) => !one.startsWith("qemu"))) {
        try {
          symlinkSync(join(path, name), join(programs, name));
        } catch {
          // Both folders have it.
        }
      }
    }
    const ran = await plugfest(["up", "./lab.yaml"], { cwd: files.path, env: { PATH: programs } });
    expectTestbedError(ran, "this host has no QEMU", /what to do: install qemu-system-x86 and qemu-utils/);
    expect(await objectsOf(docker, lab)).toEqual([]);
  });
});

// Namespaces of its own for what it sees mounted: this host's devices stay as they are.
const withoutTun = ["unshare", "--mount", "sh", "-euc", 'mount -t tmpfs tmpfs /dev/net; exec "$@"', "sh"];
const canHide = execaSync("unshare", ["--mount", "true"], { reject: false }).exitCode === 0;
if (!canHide) console.warn("skipped: this user may not hide a device (unshare --mount)");

describe.skipIf(engine === undefined || !canHide)("virtual machines on a host without taps", () => {
  test("are refused before anything is built or made; plan and doctor say so, too", async () => {
    using files = folder({ "lab.yaml": topology });
    const within = { cwd: files.path, by: withoutTun };
    expectTestbedError(await plugfest(["up", "./lab.yaml"], within), /there is no \/dev\/net\/tun/, /modprobe tun/);
    expect(await objectsOf(docker, lab)).toEqual([]);
    expect((await plugfest(["plan", "./lab.yaml"], within)).stdout).toContain("virtual machines cannot be started: ");
    expect((await plugfest(["doctor"], within)).stdout).toMatch(/limited {2}virtual machines no: .*\/dev\/net\/tun/);
    const planned = (await plugfest(["plan", "./lab.yaml"], { cwd: files.path })).stdout;
    expect(planned).toMatch(/^virtual machines run (emulated, for |with KVM)/m);
  });
});

describe.skipIf(engine === undefined || !isFull)("virtual machines in a bad world", () => {
  const place = folder({ "lab.yaml": topology });
  const cwd = place.path;
  const machine = (name: string) => join(state, "machines", lab, "laptop", name);
  const inside = (...argv: string[]) => plugfest(["exec", lab, "laptop", "--", ...argv], { cwd });
  const withOther = async (name: string, content: string, then: () => Promise<void>) => {
    copyFileSync(machine(name), join(cwd, name));
    writeFileSync(machine(name), content);
    try {
      await then();
    } finally {
      copyFileSync(join(cwd, name), machine(name));
    }
  };

  beforeAll(async () => {
    const up = await plugfest(["up", "./lab.yaml"], { cwd });
    expect(up.exit, up.stdout + up.stderr).toBe(0);
  });
  afterAll(async () => {
    await plugfest(["down", lab]);
    place[Symbol.dispose]();
  });

  test("do not let in who has another key, nor does plugfest go in to one that shows another", async () => {
    const other = makeKeyPair();
    await withOther("key", other.privateKey, async () => {
      expectTestbedError(
        await inside("true"),
        "laptop cannot be reached",
        /does not take the key.*`plugfest down` and `up`/,
      );
    });
    await withOther("host_key.pub", `${other.publicKey}\n`, async () => {
      expectTestbedError(
        await inside("true"),
        "laptop cannot be reached",
        /another host key.*`plugfest down` and `up`/,
      );
    });
    expect(await inside("true")).toMatchObject({ exit: 0 });
  });

  test("that panic are off, and say so; the next up starts them, and their clock does not go back", async () => {
    const panicked = await inside("sh", "-c", "echo c > /proc/sysrq-trigger; sleep 60");
    expect(panicked.exit).not.toBe(0);
    const gone = async () => ((await inside("true")).stderr.includes("does not run") ? true : undefined);
    expect(await poll(gone, { clock: systemClock, everyMs: 100, withinMs: 30_000 })).toBe(true);
    expectTestbedError(
      await inside("true"),
      /does not run: .*the kernel panicked: sysrq/,
      /`plugfest up \S+lab.yaml` makes it again/,
    );
    expect((await plugfest(["logs", lab, "laptop"])).stdout).toContain("Kernel panic - not syncing: sysrq");
    const before = readFileSync(machine("console.log"), "utf8").length;
    const offMs = systemClock.now();
    const up = await plugfest(["up", "./lab.yaml"], { cwd });
    expect(up.exit, up.stdout + up.stderr).toBe(0);
    const said = readFileSync(machine("console.log"), "utf8").slice(before);
    const times = [...said.matchAll(/^(\d{10}\.\d{6}) /gm)].map(([, time]) => Number(time) * 1000);
    // Its own clock has whole seconds when it boots.
    expect(Math.min(...times)).toBeGreaterThan(offMs - 1000);
  });

  test("whose disk finds no room on this host's say so, when their state is to be saved and when they write", async (context) => {
    if (!("socketPath" in location)) return context.skip("the engine does not listen on a socket");
    await plugfest(["down", lab]);
    const small = join(cwd, "state");
    mkdirSync(small);
    const env = { PLUGFEST_STATE: small, DOCKER_HOST: `unix://${location.socketPath}` };
    const mounted = await execa("mount", ["-t", "tmpfs", "-o", "size=60m", "tmpfs", small], { reject: false });
    if (mounted.exitCode !== 0) return context.skip(mounted.stderr);
    try {
      symlinkSync(join(state, "machine-images"), join(small, "machine-images"));
      const up = await plugfest(["up", "./lab.yaml"], { cwd, env });
      expectTestbedError(up, "the state of laptop could not be saved", /what to do: free disk space/);
      await execa("mount", ["-o", "remount,size=200m", small]);
      expect(await plugfest(["up", "./lab.yaml"], { cwd, env })).toMatchObject({ exit: 0 });
      const ended = new AbortController();
      const argv = ["exec", lab, "laptop", "--", "sh", "-c", "dd if=/dev/urandom of=/big bs=1M count=200; sync"];
      const writing = plugfest(argv, { cwd, env, signal: ended.signal });
      // Who asked a moment before it stopped gets no answer.
      const ask = () =>
        plugfest(["exec", lab, "laptop", "--", "true"], { cwd, env, signal: AbortSignal.timeout(20_000) });
      const stopped = async () => ((await ask()).stderr.includes("QEMU stopped it") ? true : undefined);
      expect(await poll(stopped, { clock: systemClock, everyMs: 500, withinMs: 120_000 })).toBe(true);
      expectTestbedError(
        await ask(),
        /does not run: .*this host's disk has no room/,
        /`plugfest up \S+lab.yaml` makes it again/,
      );
      ended.abort();
      await writing;
    } finally {
      await plugfest(["down", lab], { env });
      await execa("umount", [small]);
      rmSync(small, { recursive: true });
    }
  });
});

describe.skipIf(engine === undefined || !isFull)("an image that is not whole", () => {
  test.for([
    ["an ssh server", "/usr/sbin/sshd", /laptop of \S+ cannot be used: there is no ssh server in it/],
    [
      "a first process",
      "/usr/lib/plugfest/init",
      /the kernel of laptop of \S+ panicked while it booted: Attempted to kill/,
    ],
  ] as const)("for want of %s is named, and what to do", async ([, lost, message], context) => {
    const whole = findMachineImage(state, machineRecipe().tag);
    if (whole === undefined || !("socketPath" in location)) return context.skip("no image, or no engine with a socket");
    const { kernel, initrd, root, tag } = whole;
    using place = folder({ "lab.yaml": topology });
    const env = { PLUGFEST_STATE: place.path, DOCKER_HOST: `unix://${location.socketPath}` };
    const image = machineImageFolder(place.path, tag);
    mkdirSync(image, { recursive: true });
    const versions = join(root, "..", "versions");
    for (const file of [kernel, initrd, versions]) copyFileSync(file, join(image, basename(file)));
    const raw = join(place.path, "raw");
    await execa("qemu-img", ["convert", "-O", "raw", root, raw]);
    await execa("debugfs", ["-w", "-R", `rm ${lost}`, raw]);
    await execa("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, join(image, "root.qcow2")]);
    writeFileSync(join(image, "id"), "sha256:spoilt\n");
    const up = await plugfest(["up", "./lab.yaml"], { cwd: place.path, env });
    expectTestbedError(up, message, `remove ${image}, and the next \`up\` builds it anew`);
    expect(await objectsOf(docker, lab)).toEqual([]);
  });
});

describe.skipIf(engine === undefined || !isFull)("a kernel without the module that a client needs", () => {
  const files = {
    "lab.yaml": topology
      .replace("kind: smb3", "kind: cifs")
      .replace("public:", "private: { subnet: 10.91.87.0/24 }, public:")
      .concat('cluster: { nodes: 1, samba: "4.25", shares: { dvd: { path: /cluster/dvd } } }\n'),
    "mine.yaml": `name: by-nothing
topology: ./lab.yaml
steps:
  - exec: { on: laptop, run: "echo install cifs /bin/false > /etc/modprobe.d/none.conf" }
  - copy: { id: dvd, from: laptop, to: dvd/dvd.iso, size: 1MiB }
`,
  };

  test("is named by the copy that fails for it", async () => {
    using place = folder(files);
    const ran = await plugfest(["run", "./mine.yaml"], { cwd: place.path });
    expect(ran.stdout + ran.stderr).toMatch(/the kernel 6\.\S+ has no module cifs/);
    expect(ran.exit).not.toBe(0);
    expect(await objectsOf(docker, lab)).toEqual([]);
  });
});

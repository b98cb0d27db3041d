import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeClock, systemClock } from "../../core/clock.js";
import { ToolError } from "../../core/errors.js";
import type { Remote, RemoteProcess } from "../../core/remote.js";
import { startCapture } from "./capture.js";
import { fixture } from "./fixtures/fixture.js";
import { readWire } from "./read-wire.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plugfest-capture-"));
  await mkdir(join(folder, "bin"));
  await copyFile((await fixture("persistent")).pcap, join(folder, "frames.pcap"));
  await program("ip", 'echo "7: eth1    inet 10.9.2.30/24 brd 10.9.2.255 scope global eth1"');
});
afterEach(() => rm(folder, { recursive: true }));

const program = (name: string, script: string) =>
  writeFile(join(folder, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

/** A tcpdump that captures what was recorded, drops three frames, and goes on until it is asked to end. */
const recorded = () =>
  program(
    "tcpdump",
    `echo $$ > "${folder}/pid"; echo "$@" > "${folder}/argv"
     trap 'printf "9 packets captured\\n3 packets dropped by kernel\\n" >&2; exit 0' TERM
     /bin/cat "${folder}/frames.pcap"
     echo "tcpdump: listening on eth1, link-type EN10MB" >&2
     while :; do /bin/sleep 0.02; done`,
  );

/** This machine as if it were a node, with no other programs than those of the test. */
function machine(): Remote & { readonly processes: RemoteProcess[] } {
  const unused = () => Promise.reject(new Error("not used"));
  const processes: RemoteProcess[] = [];
  return {
    node: "laptop",
    processes,
    exec: unused,
    put: unused,
    get: unused,
    start: ([command = "", ...argv], { onStdout, onStderr }) => {
      const child = spawn(`/bin/${command}`, argv, { env: { PATH: join(folder, "bin") } });
      child.stdout.on("data", onStdout);
      child.stderr.on("data", onStderr ?? (() => undefined));
      child.stdin.on("error", () => undefined);
      const started: RemoteProcess = {
        write: (text) => child.stdin.write(text),
        release: () => child.stdin.end(),
        exited: new Promise((resolve) => {
          child.on("close", (code) => {
            resolve(code ?? -1);
          });
        }),
      };
      processes.push(started);
      return Promise.resolve(started);
    },
  };
}

const options = () => ({ client: "laptop", machine: machine(), address: "10.9.2.30", folder, clock: systemClock });

async function lives(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${String(pid)}/stat`, "utf8").catch(() => "");
  return state !== "" && !/\) [ZX] /.test(state);
}

describe("a capture", () => {
  it("runs on the interface that has the client's address, and ends with its leash", async () => {
    await recorded();
    const capture = await startCapture(options());
    expect(capture.failure()).toBeUndefined();
    expect(await readFile(join(folder, "argv"), "utf8")).toMatch(
      /-i eth1 -s 1024 .*--immediate-mode .*-w - arp or \(tcp port 445/,
    );
    const pid = Number(await readFile(join(folder, "pid"), "utf8"));
    expect(await lives(pid)).toBe(true);
    await capture.stop();
    expect(await lives(pid)).toBe(false);
  });

  it("gives what was captured, and how much the kernel dropped", async () => {
    await recorded();
    const capture = await startCapture(options());
    const result = await capture.stop();
    const bytes = await readFile(join(folder, "frames.pcap"));
    expect(result).toMatchObject({ client: "laptop", bytes: bytes.length, dropped: 3 });
    expect(result.failure).toBeUndefined();
    expect(result.files).toEqual([capture.file]);
    expect((await readFile(capture.file)).equals(bytes)).toBe(true);
    const wire = await readWire({ files: result.files, nodeOfMac: new Map(), incomplete: result.incomplete });
    expect(wire).toMatchObject({ kind: "wire", incomplete: "the kernel dropped 3 frames" });
    expect(await capture.stop()).toBe(result);
  });

  it("tells when there is no tcpdump", async () => {
    const capture = await startCapture(options());
    expect(capture.failure()).toMatchObject({
      code: "capture/died",
      exit: 127,
      hint: expect.stringContaining("image") as string,
    });
    const result = await capture.stop();
    expect(result).toMatchObject({ files: [], bytes: 0, dropped: null });
    expect(await readWire({ files: result.files, nodeOfMac: new Map(), incomplete: result.incomplete })).toEqual({
      kind: "absent",
      reason: "the packet capture on laptop ended before it was asked to; plugfest: no tcpdump",
    });
  });

  it("tells when no interface has the address", async () => {
    await recorded();
    await program("ip", ":");
    const capture = await startCapture(options());
    expect(capture.failure()).toMatchObject({ exit: 3, stderrTail: "plugfest: no interface has 10.9.2.30" });
  });

  it("elsewhere than at the client is of the interface that is named, and of this client alone", async () => {
    await program("tcpdump", `echo "$@" > "${folder}/asked"; echo "tcpdump: listening on uplink0" >&2; read -r _`);
    const capture = await startCapture({ ...options(), device: "uplink0" });
    expect(capture.failure()).toBeUndefined();
    await capture.stop();
    const asked = await readFile(join(folder, "asked"), "utf8");
    expect(asked).toContain("-i uplink0");
    expect(asked).toContain("and (arp or host 10.9.2.30)");
  });

  it("tells when capturing is not permitted", async () => {
    await program("tcpdump", 'echo "tcpdump: eth1: You don\'t have permission to perform this capture" >&2; exit 1');
    const capture = await startCapture(options());
    expect(capture.failure()).toMatchObject({ exit: 1, hint: expect.stringContaining("NET_RAW") as string });
  });

  it("that dies while it should run says so, and keeps what it had", async () => {
    await program("tcpdump", `echo "tcpdump: listening on eth1" >&2; /bin/cat "${folder}/frames.pcap"; exit 1`);
    const on = machine();
    const capture = await startCapture({ ...options(), machine: on });
    await on.processes[0]?.exited;
    const result = await capture.stop();
    expect(result.failure).toMatchObject({ exit: 1 });
    expect(result.bytes).toBeGreaterThan(1_000);
    expect(result.incomplete).toContain("the packet capture on laptop ended");
  });

  it("on a node that cannot be reached is a failure, not an error", async () => {
    const failure = { code: "remote/gone", message: "the container is gone" };
    const gone = { ...machine(), start: () => Promise.reject(new ToolError(failure)) };
    const capture = await startCapture({ ...options(), machine: gone });
    expect(capture.failure()).toEqual(failure);
    expect(await capture.stop()).toMatchObject({ failure, files: [] });
  });

  it("that never begins is given up", async () => {
    await program("tcpdump", "trap 'exit 0' TERM; while :; do /bin/sleep 0.02; done");
    const on = machine();
    const capture = await startCapture({ ...options(), machine: on, clock: fakeClock() });
    expect(capture.failure()?.code).toBe("capture/slow");
    expect((await capture.stop()).failure?.code).toBe("capture/slow");
    await on.processes[0]?.exited;
  });
});

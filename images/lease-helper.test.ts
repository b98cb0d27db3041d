import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../core/clock.js";
import { asset } from "../core/paths.js";
import { poll } from "../core/poll.js";

const helper = asset("images/machine-node/rootfs/usr/local/sbin/ctdb_mutex_lease_helper");

describe("the cluster lock as a lease", { timeout: 30_000 }, () => {
  let folder = "";
  let running: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plugfest-lease-"));
    running = [];
  });
  afterEach(() => {
    for (const child of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  const lock = () => join(folder, "lock");
  /** A helper with what it tells CTDB first, and when it ends. */
  const start = async (patience = 4) => {
    // A holder writes once a second.
    const child = spawn("perl", [helper, lock(), String(patience)], { stdio: ["ignore", "pipe", "inherit"] });
    running.push(child);
    const ended = once(child, "exit");
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    return { child, ended, said: said.toString() };
  };

  test("is one's, and another one's as soon as that one ends", async () => {
    const first = await start();
    const second = await start();
    expect([first.said, second.said]).toEqual(["0", "1"]);
    first.child.kill("SIGTERM");
    await first.ended;
    const third = await start();
    expect(third.said).toBe("0");
    expect(readdirSync(folder).filter((name) => name.startsWith("lock.lease-"))).toHaveLength(1);
  });

  test("is taken from one that is silent, which lets go of it when it goes on", async () => {
    const first = await start();
    first.child.kill("SIGSTOP");
    expect((await start()).said).toBe("0");
    first.child.kill("SIGCONT");
    expect((await first.ended)[0]).toBe(0);
    expect((await start()).said).toBe("1");
  });

  test("is not waited for where its holder has been silent for long, and yet not taken from one that goes on", async () => {
    const first = await start();
    first.child.kill("SIGSTOP");
    const lease = join(folder, readdirSync(folder).find((name) => name.startsWith("lock.lease-")) ?? "");
    utimesSync(lease, 0, 0);
    const going = start(50);
    first.child.kill("SIGCONT");
    expect((await going).said).toBe("1");
    first.child.kill("SIGSTOP");
    utimesSync(lease, 0, 0);
    // It would be 50 s, longer than this test may take.
    expect((await start(50)).said).toBe("0");
  });

  test("is not waited for where its holder was killed on the same node; another node's may be alive", async () => {
    const lease = () => join(folder, readdirSync(folder).find((name) => name.startsWith("lock.lease-")) ?? "");
    const first = await start();
    first.child.kill("SIGKILL");
    await first.ended;
    // It would be 50 s, longer than this test may take.
    const second = await start(50);
    expect(second.said).toBe("0");
    second.child.kill("SIGKILL");
    await second.ended;
    const [, , pid, startTicks] = readFileSync(lease(), "utf8").split(" ");
    let count = 0;
    const over = new AbortController();
    const write = () => {
      writeFileSync(lease(), `${String(count++)} elsewhere ${pid ?? ""} ${startTicks ?? ""}`);
      return Promise.resolve(undefined);
    };
    const writing = poll(write, { clock: systemClock, everyMs: 100, withinMs: 20_000, signal: over.signal });
    expect((await start(50)).said).toBe("1");
    over.abort(new Error("enough"));
    await expect(writing).rejects.toThrow("enough");
  });

  test("is one's alone when several want it at once", async () => {
    const said = (await Promise.all([start(), start(), start()])).map((one) => one.said);
    expect(said.sort()).toEqual(["0", "1", "1"]);
  });

  test("means nothing when its file is another one's, and that one is to be had", async () => {
    const first = await start();
    renameSync(lock(), `${lock()}.lost`);
    writeFileSync(lock(), "");
    expect((await first.ended)[0]).toBe(0);
    expect((await start()).said).toBe("0");
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "./clock.js";
import { ownOwner, ownerState, startTicksOf } from "./owner.js";
import { poll } from "./poll.js";

let child: ChildProcess | undefined;
afterEach(() => child?.kill("SIGKILL"));

test("the owner is alive while its process is, and another process of its pid is not the owner", () => {
  const own = ownOwner();
  expect(ownerState(own)).toBe("alive");
  expect(ownerState({ ...own, startTicks: own.startTicks + 1 })).toBe("dead");
  expect(ownerState({ ...own, bootId: "another" })).toBe("dead");
  expect(ownerState({ ...own, host: "elsewhere" })).toBe("unknown");
});

// What a process that is killed looks like for a moment: its first thread has ended, another has its files still.
const firstThreadEnds = `
import ctypes, threading, sys
threading.Thread(target=sys.stdin.read).start()
ctypes.CDLL(None).syscall(ctypes.c_long(60), ctypes.c_long(0))
`;

const isX64 = process.arch === "x64";
if (!isX64) console.warn("skipped: its program is for x64");

test.skipIf(!isX64)("a process whose first thread ended lives until its last thread has", async () => {
  child = spawn("python3", ["-c", firstThreadEnds], { stdio: ["pipe", "ignore", "inherit"] });
  const ended = once(child, "exit");
  const pid = child.pid ?? 0;
  const isZombie = () => Promise.resolve(/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, "utf8")));
  await poll(async () => ((await isZombie()) ? true : undefined), { clock: systemClock, everyMs: 5, withinMs: 30_000 });
  expect(startTicksOf(pid)).toBeGreaterThan(0);
  child.stdin?.end();
  await ended;
  expect(startTicksOf(pid)).toBeUndefined();
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../core/clock.js";
import { startTicksOf } from "../../core/owner.js";
import type { MachineFolder } from "./machine-folder.js";
import { killQemu, powerOf, processOf, qemuProgram } from "./qemu-process.js";
import { forgetStart, recordStart, startFile } from "./qemu-start.js";

const name = { uuid: "5e0a7c0e-6c35-4c6b-a4a5-3d6d4f0c9a11", node: "node1", lab: "lab" };

/** A process that has the name and the arguments of a machine's, and lives until its stdin is closed. */
async function started(uuid = name.uuid): Promise<{ child: ChildProcess; pid: number }> {
  const child = spawn("sh", ["-c", "read line", "-uuid", uuid], {
    argv0: qemuProgram,
    stdio: ["pipe", "ignore", "ignore"],
  });
  await once(child, "spawn");
  return { child, pid: child.pid ?? 0 };
}

describe("a machine's process", () => {
  let folder: MachineFolder;
  let machine: Awaited<ReturnType<typeof started>>;
  const others: ChildProcess[] = [];
  const write = (file: string, text: string) => {
    writeFileSync(folder.at(file), text);
  };

  beforeEach(async () => {
    const path = mkdtempSync(join(tmpdir(), "plugfest-"));
    folder = { path, at: (file) => join(path, file) };
    machine = await started();
  });
  afterEach(() => {
    for (const child of [machine.child, ...others.splice(0)]) child.kill("SIGKILL");
    rmSync(folder.path, { recursive: true });
  });

  it("is the one whose pid and start time were kept", async () => {
    recordStart(folder, machine.pid);
    expect(processOf(folder, name)).toBe(machine.pid);
    await killQemu(folder, name, systemClock);
    expect(startTicksOf(machine.pid)).toBeUndefined();
    expect(processOf(folder, name)).toBeUndefined();
  });

  it("is not one with its pid and its uuid, but another start time: that is let live", async () => {
    write("qemu.pid", String(machine.pid));
    const startTicks = startTicksOf(machine.pid) ?? 0;
    write(startFile, `${String(machine.pid)} ${String(startTicks - 1)}`);
    expect(processOf(folder, name)).toBeUndefined();
    expect(await powerOf(folder, name)).toBe("off");
    await killQemu(folder, name, systemClock);
    expect(startTicksOf(machine.pid)).toBe(startTicks);
  });

  it("is not one with its pid and start time, but another uuid", () => {
    recordStart(folder, machine.pid);
    expect(processOf(folder, { ...name, uuid: "00000000-0000-0000-0000-000000000000" })).toBeUndefined();
  });

  it("is no other one with its uuid, once one was kept", async () => {
    const { child, pid } = await started();
    others.push(child);
    recordStart(folder, pid);
    expect(processOf(folder, name)).toBe(pid);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(processOf(folder, name)).toBeUndefined();
  });

  it("is found by QEMU's pid file and its uuid where an older plugfest kept no start time, or by its uuid alone", () => {
    write("qemu.pid", String(machine.pid));
    expect(processOf(folder, name)).toBe(machine.pid);
    write("qemu.pid", String(process.pid));
    expect(processOf(folder, name)).toBe(machine.pid);
    rmSync(folder.at("qemu.pid"));
    expect(processOf(folder, name)).toBe(machine.pid);
  });

  it("is sought anew once its start was forgotten, or was half written", () => {
    write(startFile, "1 1");
    expect(processOf(folder, name)).toBeUndefined();
    forgetStart(folder);
    expect(processOf(folder, name)).toBe(machine.pid);
    write(startFile, `${String(machine.pid)} `);
    expect(processOf(folder, name)).toBe(machine.pid);
  });
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Remote } from "../core/remote.js";
import { smbdLogPath } from "./paths.js";
import { readSmbdLog, smbdTime } from "./smbd-log.js";

const entry = (time: string, text: string) =>
  `[2026/11/24 ${time}.432519,  1] source3/smbd/smb2_server.c:1840(smbd_server_disconnect_client_ex)\n  ${text}\n`;
const machine = (stdout: string) =>
  ({ node: "node1", exec: () => Promise.resolve({ exit: 0, stdout, stderr: "" }) }) as unknown as Remote;

describe("smbd's log", () => {
  it("has its entries' times in UTC, wherever this runs", () => {
    expect(smbdTime(entry("19:45:24", "x"))).toBe(Date.UTC(2026, 10, 24, 19, 45, 24, 432));
    expect(smbdTime("  smbd_server_disconnect_client_ex: client[ipv4:10.86.2.201:42230]")).toBeUndefined();
  });

  it("is read from a moment on, whole entries only", async () => {
    const log = entry("19:45:24", "before") + entry("19:45:26", "after") + entry("19:45:27", "later");
    const read = await readSmbdLog(machine(log), Date.UTC(2026, 10, 24, 19, 45, 25));
    expect(read?.toString()).toBe(entry("19:45:26", "after") + entry("19:45:27", "later"));
    expect((await readSmbdLog(machine(log), Date.UTC(2026, 10, 24, 20)))?.toString()).toBe("");
  });

  it("is read to 4 MB from its end, the old file before the new one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plugfest-smbd-log-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, "log.smbd");
    const [old, fresh] = [entry("19:45:26", "x".repeat(70)).repeat(30_000), entry("19:45:27", "y").repeat(12_000)];
    writeFileSync(`${path}.old`, old);
    writeFileSync(path, fresh);
    const exec = (argv: readonly string[]) => {
      const [program = "", ...args] = argv.map((word) => word.replaceAll(smbdLogPath, path));
      const stdout = execFileSync(program, args, { encoding: "utf8", maxBuffer: 64e6 });
      return Promise.resolve({ exit: 0, stdout, stderr: "" });
    };
    const read = (await readSmbdLog({ node: "node1", exec } as unknown as Remote, 0))?.toString() ?? "";
    expect((old + fresh).length).toBeGreaterThan(4_500_000);
    expect(read.length).toBeGreaterThan(3_999_000);
    expect(read.length).toBeLessThanOrEqual(4_000_000);
    expect((old + fresh).endsWith(read)).toBe(true);
  });

  it("is not there on a machine without smbd", async () => {
    expect(await readSmbdLog(machine(""), 0)).toBeUndefined();
  });
});
